"""The stock-lock race: many processes, one line-side location, no negative quant."""
