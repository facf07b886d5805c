"""From placed Entries to their vectors, in the store and in the log. It moves no Entry: the engine does."""

import logging

from . import clock
from .embedding import BATCH, WORDS, Embedder, told
from .errors import ParseError
from .opening import Site
from .store import vectors
from .stories import SPAN
from .stories.features import lead_of

logger = logging.getLogger(__name__)


def embed(site: Site, embedder: Embedder) -> int:
    """Make the vectors of the newest Entries that have none, one batch; give how many there were."""
    now = clock.now()
    with site.store.read() as connection:
        wanted = vectors.wanted(connection, embedder.model, since=now - SPAN, limit=BATCH)
    if not wanted:
        return 0
    texts = [told(title, lead_of(summary, content, WORDS)) for title, summary, content in wanted.values()]
    try:
        made = embedder.embed(texts)
    except ParseError as error:
        if not embedder.is_closed:
            logger.warning("no vectors were made: %s", error)
        return 0
    with site.store.write() as connection:
        before = vectors.length(connection, embedder.model)
        if before is not None and before != len(made[0]):
            logger.warning(
                "no vectors were kept: those of %s have another length than before; give a new model a new name",
                embedder.model,
            )
            return 0
        vectors.keep(connection, embedder.model, dict(zip(wanted, made, strict=True)), at=now)
    return len(wanted)
