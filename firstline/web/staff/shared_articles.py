"""A provider's articles at its resellers: who reads them, and who has one of its own in their place."""

from typing import Any

from firstline.knowledge.service import Knowledge


async def shared_articles(knowledge: Knowledge, provider: str, resellers: list[str]) -> list[dict[str, Any]]:
    """Return every live article of ``provider`` with the resellers whose customers read it and those that replace it.

    A reseller replaces an article by a live one of its own with the same slug and language, or hides it; both are in
    ``replaced_by``.
    """
    store = knowledge.store
    own = {
        reseller: {(entry.article.slug, entry.article.lang) for entry in await store.live([reseller])}
        | await store.hidden(reseller)
        for reseller in resellers
    }
    return [
        {
            "slug": entry.article.slug,
            "lang": entry.article.lang,
            "title": entry.article.title,
            "used_by": [name for name in resellers if (entry.article.slug, entry.article.lang) not in own[name]],
            "replaced_by": [name for name in resellers if (entry.article.slug, entry.article.lang) in own[name]],
        }
        for entry in await store.live([provider])
    ]
