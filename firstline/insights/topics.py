"""The category of each article, as the partner's customers see it."""

from collections.abc import Sequence

from sqlalchemy import Subquery, case, func, select

from firstline.knowledge.models import ArticleRow, VersionRow


def categories(layers: Sequence[str]) -> Subquery:
    """Select ``slug, category`` of the articles in ``layers``, strongest first; of one slug the strongest layer's.

    Archived articles are among them: what was asked keeps its category.
    """
    strength = case({layer: str(number) for number, layer in enumerate(layers)}, value=ArticleRow.layer)
    category = VersionRow.front_matter["category"].as_string()
    number = func.coalesce(ArticleRow.live_version, ArticleRow.newest_version)
    strongest = func.min(strength + category)
    return (
        select(ArticleRow.slug, func.substr(strongest, 2).label("category"))
        .join(VersionRow, (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == number))
        .where(ArticleRow.layer.in_(layers))
        .group_by(ArticleRow.slug)
        .subquery("topic")
    )
