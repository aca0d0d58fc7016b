"""Makes a Flask application able to serve our pages: assets, vendored files, catalogue, security headers."""

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, jsonify, send_from_directory

from tinghao.web import catalogue

ROOMS = Path(__file__).parents[1]
VENDOR = ROOMS.parent / "node_modules"
VENDORED = {
    "socket.io.js": "socket.io-client/dist/socket.io.esm.min.js",
    "noto-sans-sc/": "@fontsource-variable/noto-sans-sc/",
}
"""What of the fetched packages is served, by the name under `/assets/vendor/`."""

RARE_CHARACTERS = Path(str(files("noto_cjk_sans_otc"))) / "NotoSansCJK-Regular.ttc"

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "connect-src 'self' ws: wss:",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    ]
)
SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
DAY = 86400

assets = Blueprint("assets", __name__, url_prefix="/assets", template_folder="templates")


@assets.get("/vendor/noto-sans-cjk.ttc")
def rare_characters() -> Response:
    """The whole CJK face, for names with characters that the sliced face lacks; a page asks for it only when it meets one."""
    return send_from_directory(
        RARE_CHARACTERS.parent, RARE_CHARACTERS.name, max_age=DAY, mimetype="font/collection"
    )


@assets.get("/vendor/<path:name>")
def vendor(name: str) -> Response:
    """A pinned third-party file, fetched at set-up."""
    for served, kept in VENDORED.items():
        if name == served or (served.endswith("/") and name.startswith(served)):
            return send_from_directory(VENDOR, kept + name.removeprefix(served), max_age=DAY)
    abort(404)


@assets.get("/catalogue/en.json")
def english_catalogue() -> Response:
    """The English messages, for the pages' scripts."""
    answer = jsonify(catalogue.english_messages())
    answer.cache_control.max_age = 60
    return answer


@assets.get("/<room>/<path:name>")
def static(room: str, name: str) -> Response:
    """A script, style or picture of one of our rooms."""
    folder = ROOMS / room / "static"
    if not room.isidentifier() or not folder.is_dir():
        abort(404)
    return send_from_directory(folder, name, max_age=0)


def _secure(response: Response) -> Response:
    response.headers.extend(SECURITY)
    return response


def install(app: Flask) -> None:
    """Adds the shared assets, the catalogue and the security headers to `app`."""
    app.register_blueprint(assets)
    app.after_request(_secure)
    catalogue.install(app)
