"""Make an API key as a user does in the preferences: through the web client's calls."""

import json
import urllib.request
from http.cookiejar import CookieJar


class WebSession:
    """A logged-in browser without the browser."""

    def __init__(self, url, database, login, password):
        self._url, self._password = url, password
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        ).open
        self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )

    def api_key(self, name="Test"):
        """A key of the user's own, valid for a day."""
        model = "res.users.apikeys.description"
        (key_id,) = self._call(model, "create", [[{"name": name, "duration": "1"}]])
        action = self._call(model, "make_key", [[key_id]])
        if action["res_model"] == "res.users.identitycheck":
            context = {"password": self._password}
            check = [[action["res_id"]]]
            action = self._call(action["res_model"], "run_check", check, context)
        return action["context"]["default_key"]

    def _call(self, model, method, positional, context=None):
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": positional,
                "kwargs": {"context": context or {}},
            },
        )

    def _post(self, path, params):
        request = urllib.request.Request(
            self._url + path,
            json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with self._open(request, timeout=120) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]
