"""JupyterLab that ends with its caller: when standard input closes, the server stops."""

import json
import os
import signal
import sys
import threading
from importlib.metadata import entry_points
from pathlib import Path

from languages import Language, surroundings


def end_with_caller(stream):
    stream.read()
    os.kill(os.getpid(), signal.SIGTERM)


def language_pack(language):
    """The name of JupyterLab's language pack for a language (`ko` has `ko_KR`), if this Python has one."""
    wanted = language.replace("-", "_").lower()
    names = sorted(entry.name for entry in entry_points(group="jupyterlab.languagepack"))
    return next((name for name in names if name.lower() == wanted or name.lower().startswith(f"{wanted}_")), None)


def speak(language):
    """JupyterLab's menus in this language, where they can be had; what its user chooses there comes first."""
    pack = language_pack(language)
    if pack is None:
        if language != "en":
            print(f"JupyterLab's own menus stay English: this Python has no language pack for {language!r}.", file=sys.stderr)
        return
    settings = Path(os.environ["JUPYTER_CONFIG_PATH"]) / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"@jupyterlab/translation-extension:plugin": {"locale": pack}}), encoding="utf-8")


def main():
    # The server itself reads nothing: its input is replaced before it starts.
    stream = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=end_with_caller, args=(stream,), daemon=True).start()
    language = os.environ.get("CLASSROOM_LANGUAGE")
    if language:
        os.environ.update(surroundings(Language(language)))
        speak(language)
    from jupyterlab.labapp import main as lab

    return lab(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
