"""The articles behind the fake authors' API: versions, who saved them, and a search by common words."""

import itertools
import re
from datetime import UTC, datetime
from typing import Any

ME, OTHER = "김서연", "박민준"
TEXTS = ("title", "category", "owner", "audience", "valid_as_of", "body")
LISTS = ("sources", "see_also", "questions", "symptoms", "must_answer")
THRESHOLD = 0.6


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details = status, code, message, details


def stamp() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def content(title: str, body: str, **fields: Any) -> dict[str, Any]:
    base = {"title": title, "body": body, "category": "usage", "owner": "partner", "audience": "both"}
    return base | {"valid_as_of": "2026-11"} | {name: [] for name in LISTS} | fields


class Library:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.kept: dict[tuple[str, str], dict[str, Any]] = {}
        self.layers: dict[str, str] = {}
        self.older: set[tuple[str, str]] = set()
        self.past: list[tuple[str, str, int]] = []
        self.gaps: list[dict[str, Any]] = []
        self.import_errors: list[dict[str, Any]] = []
        self.calls: list[tuple[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.failures: dict[str, int] = {}
        self.html: str | None = None
        self.signed_in = True
        self.numbers = itertools.count(1)

    def add(self, slug: str, lang: str, title: str, body: str, *, live: bool = True, **fields: Any) -> None:
        """Put an article there, published unless ``live`` is false."""
        self.save(slug, lang, content(title, body, **fields), None, ME)
        if live:
            self.kept[slug, lang] |= {"status": "published", "live_version": 1}

    def save(self, slug: str, lang: str, article: dict[str, Any], expect: int | None, who: str) -> dict[str, Any]:
        kept = self.kept.get((slug, lang))
        self._expect(kept, expect)
        if not article["title"] or len(article["title"]) > 200:
            wrong = {"fields": {"title": "too long"}, "codes": {"title": "too_long"}}
            raise Refused(422, "invalid_article", "The article can't be saved. title: too long.", wrong)
        if kept is None:
            kept = self.kept[slug, lang] = {"versions": [], "live_version": None}
        version = {name: article[name] for name in TEXTS + LISTS}
        version |= {"number": len(kept["versions"]) + 1, "author": who, "created_at": stamp(), "note": ""}
        kept["versions"].append(version)
        kept |= {"status": "draft", "scheduled_for": None}
        self.layers[slug] = "demo"
        self._log(who, "saved", slug, lang, version["number"])
        return self.art(slug, lang)

    def set_status(self, slug: str, lang: str, change: dict[str, Any]) -> dict[str, Any]:
        kept = self.kept[slug, lang]
        self._expect(kept, change["expect_version"])
        status = change["status"]
        effect = self.effect(slug, lang, None) if status == "published" else None
        lost = effect and [c for c in effect["changes"] if c["must"] and c["verdict"] == "lost"]
        lost = lost or (status == "archived" and self.art(slug, lang)["must_answer"])  # type: ignore[index]
        if lost and not change["despite_lost"]:
            raise Refused(409, "lost_answers", "A must-answer question would lose its answer.")
        if status == "published" and change["at"]:
            kept["scheduled_for"] = change["at"]
        elif status == "published":
            kept |= {"status": "published", "live_version": len(kept["versions"]), "scheduled_for": None}
        else:
            kept |= {"status": status, "scheduled_for": None}
            if status == "archived":
                kept["live_version"] = None
        self._log(ME, status, slug, lang, len(kept["versions"]))
        return {"article": self.art(slug, lang), "effect": effect}

    def restore(self, slug: str, lang: str, number: int, expect: int) -> dict[str, Any]:
        return self.save(slug, lang, self.kept[slug, lang]["versions"][number - 1], expect, ME)

    def art(self, slug: str, lang: str) -> dict[str, Any] | None:
        kept = self.kept.get((slug, lang))
        if kept is None:
            return None
        newest = kept["versions"][-1]
        rows = [
            {"number": v["number"], "author": v["author"], "created_at": v["created_at"], "status": "", "note": ""}
            for v in kept["versions"]
        ]
        return {name: newest[name] for name in TEXTS + LISTS} | {
            "version": newest["number"],
            "status": kept["status"],
            "live_version": kept["live_version"],
            "scheduled_for": kept["scheduled_for"],
            "scheduled_version": len(kept["versions"]) if kept["scheduled_for"] else None,
            "held_back": kept.get("held_back", []),
            "layer": self.layers[slug],
            "versions": rows,
            "url": f"/articles/demo/{lang}/{slug}",
        }

    def row(self, slug: str, lang: str) -> dict[str, Any]:
        art = self.art(slug, lang)
        assert art
        other = "en" if lang == "ko" else "ko"
        twin = "missing" if (slug, other) not in self.kept else "older" if (slug, lang) in self.older else "same"
        newest = art["versions"][-1]
        keys = (
            "title",
            "category",
            "owner",
            "status",
            "version",
            "live_version",
            "valid_as_of",
            "scheduled_for",
            "held_back",
            "url",
        )
        return {name: art[name] for name in keys} | {
            "slug": slug,
            "lang": lang,
            "layer": self.layers[slug],
            "updated_at": newest["created_at"],
            "updated_by": newest["author"],
            "other_language": twin,
        }

    def facts(self, slug: str) -> list[dict[str, Any]]:
        ko, en = self.art(slug, "ko"), self.art(slug, "en")
        if not ko or not en:
            return []
        found = {lang: set(re.findall(r"\d+", art["body"])) for lang, art in (("ko", ko), ("en", en))}
        if found["ko"] == found["en"]:
            return []
        only_ko, only_en = sorted(found["ko"] - found["en"]), sorted(found["en"] - found["ko"])
        return [{"kind": "duration", "ko": only_ko, "en": only_en, "level": "warn"}]

    def effect(self, slug: str, lang: str, draft: dict[str, Any] | None) -> dict[str, Any]:
        """An answer is an article whose text holds every word of the question."""
        art = draft or self.art(slug, lang)
        assert art
        must = [(query, "must", 1) for query in art["must_answer"]]
        changes, counts = [], dict.fromkeys(("same", "better", "worse", "gained", "lost", "changed"), 0)
        asked = must + [(query, "past", count) for query, of, count in self.past if of == lang]
        for query, kind, count in asked:
            before = self.answer(query, slug, self.live(slug, lang))
            after = self.answer(query, slug, art)
            verdict = "same"
            if bool(before) != bool(after):
                verdict = "lost" if before else "gained"
            elif before and after and before["excerpt"] != after["excerpt"]:
                verdict = "changed"
            counts[verdict] += 1
            if verdict != "same":
                row = {"query": query, "lang": lang, "kind": kind, "count": count, "before": before, "after": after}
                changes.append(row | {"verdict": verdict, "must": kind == "must"})
        return {"asked": len(asked), "counts": counts, "changes": changes}

    def live(self, slug: str, lang: str) -> dict[str, Any] | None:
        kept = self.kept.get((slug, lang))
        return kept["versions"][kept["live_version"] - 1] if kept and kept["live_version"] else None

    @staticmethod
    def answer(query: str, slug: str, art: dict[str, Any] | None) -> dict[str, Any] | None:
        if art is None or not all(word in art["body"] for word in query.split()):
            return None
        return {"slug": slug, "title": art["title"], "excerpt": art["body"], "probability": 0.9, "answered": True}

    def ask(self, query: str, lang: str, draft: dict[str, Any] | None) -> dict[str, Any]:
        arts = {slug: self.live(slug, of) for slug, of in self.kept if of == lang}
        if draft:
            arts[draft["slug"]] = draft
        results = []
        for slug, art in arts.items():
            words = query.split()
            share = sum(word in art["title"] + art["body"] for word in words) / len(words) if art else 0
            if art and share:
                hit = {"slug": slug, "lang": lang, "title": art["title"], "excerpt": art["body"][:200], "heading": ""}
                results.append(hit | {"probability": round(share * 0.9, 2), "parts": {"dense": share, "lexical": 1.5}})
        results.sort(key=lambda hit: -hit["probability"])
        answered = bool(results) and results[0]["probability"] >= THRESHOLD
        return {"answered": answered, "threshold": THRESHOLD, "results": results}

    @staticmethod
    def _expect(kept: dict[str, Any] | None, expect: int | None) -> None:
        if (len(kept["versions"]) if kept else None) != expect:
            raise Refused(409, "edited_meanwhile", f"{OTHER} saved it at 10:00.")

    def _log(self, who: str, what: str, slug: str, lang: str, version: int) -> None:
        entry = {"at": stamp(), "who": who, "what": what, "slug": slug, "lang": lang, "version": version, "note": ""}
        self.entries.insert(0, entry)
