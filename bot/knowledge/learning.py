"""The process that learns for a server: `python -m bot.knowledge.learning`, a job as a line of JSON in its input."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from threading import Thread

from bot.knowledge.act_reading import learn_acts
from bot.knowledge.encoders import LEARNED, open_encoders
from knowledge_base.matching.index import build
from knowledge_base.model.encoders import CachedEncoder
from knowledge_base.training.apart import articles_of

_KINDLY = 5  # how far customers' messages go before learning
_UNUSABLE, _ALONE = 3, 4  # exit codes: its encoders are others; nobody is there who asked


def main() -> None:
    """Learn what the job asks for; all of it ends on disk. Raises SystemExit where its encoders are others.

    Ends at once when its input does, for then whoever asked is gone.
    """
    os.nice(_KINDLY)
    logging.disable(logging.CRITICAL)  # whoever asked learns it itself, and says why
    job = json.loads(sys.stdin.readline())
    Thread(target=_end_with_the_server, daemon=True).start()
    opened = open_encoders(job["setting"], Path(job["data"])) if job["encoders"] else ()
    encoders = [CachedEncoder(encoder) for encoder in opened][: len(job["encoders"])]
    if [encoder.name() for encoder in encoders] != job["encoders"]:
        raise SystemExit(_UNUSABLE)
    folder = Path(job["data"]) / LEARNED
    if "articles" in job:
        build(articles_of(job["articles"]), fillers=job["fillers"], encoders=encoders, folder=folder, progress=_tell)
    else:
        learn_acts(encoders[0] if encoders else None, folder, Path(job["acts"]), job["phrasings"])


def _end_with_the_server() -> None:
    sys.stdin.read()
    os._exit(_ALONE)


def _tell(share: float) -> None:
    print(share, flush=True)  # noqa: T201  # to whoever started this process


if __name__ == "__main__":
    main()
