"""Word documents made for tests: paragraphs, headings, numbered lists, a table and a picture, as Word writes them."""

import base64
import io
import zipfile
from xml.sax.saxutils import escape

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_TYPES = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"

Part = tuple[str, str]
"""What stands in the document: a kind (``p``, ``h1`` to ``h3``, ``n`` and ``nn`` for numbered items, ``-`` for bullets,
``b`` bold, ``table`` with rows by line and cells by ``|``, ``image`` with its description) and its text."""


def word_file(*parts: Part) -> bytes:
    """Return a .docx with ``parts`` in order."""
    body = "".join(_part(kind, text) for kind, text in parts)
    names = (
        f'xmlns:w="{_WORD}" xmlns:r="{_OFFICE}" xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:a="{_DRAWING}/main" '
    )
    names += f'xmlns:pic="{_DRAWING}/picture"'
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}.{kind}+xml"/>'
        for name, kind in (("document", "document.main"), ("styles", "styles"), ("numbering", "numbering"))
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{overrides}</Types>',
        "_rels/.rels": _relations(("r1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(
            ("r1", "styles", "styles.xml"), ("r2", "numbering", "numbering.xml"), ("r3", "image", "media/a.png")
        ),
        "word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">{"".join(map(_heading_style, (1, 2, 3)))}</w:styles>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{_WORD}">{_numbering(0, "decimal")}{_numbering(1, "bullet")}'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>',
        "word/media/a.png": PNG,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _part(kind: str, text: str) -> str:
    if kind == "table":
        rows = [line.split("|") for line in text.split("\n")]
        cells = ["".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in row) for row in rows]
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"
    if kind == "image":
        blip = '<pic:blipFill><a:blip r:embed="r3"/></pic:blipFill>'
        graphic = (
            f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic>{blip}</pic:pic></a:graphicData></a:graphic>'
        )
        inline = f'<wp:inline><wp:docPr id="1" name="a" descr="{escape(text)}"/>{graphic}</wp:inline>'
        return f"<w:p><w:r><w:drawing>{inline}</w:drawing></w:r></w:p>"
    if kind.startswith("h"):
        return _paragraph(text, f'<w:pStyle w:val="Heading{kind[1]}"/>')
    if kind in ("n", "nn", "-"):
        number, level = (2, 0) if kind == "-" else (1, len(kind) - 1)
        return _paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    return _paragraph(text, run="<w:rPr><w:b/></w:rPr>" if kind == "b" else "")


def _paragraph(text: str, style: str = "", run: str = "") -> str:
    return f'<w:p><w:pPr>{style}</w:pPr><w:r>{run}<w:t xml:space="preserve">{escape(_legal(text))}</w:t></w:r></w:p>'


def _legal(text: str) -> str:
    """Leave out what XML can't hold; Word would not have written it either."""
    return "".join(char for char in text if char in "\t\n" or ord(char) >= 0x20)


def _relations(*relations: tuple[str, str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for name, kind, target in relations
    )
    return f'<Relationships xmlns="{_TYPES}/relationships">{entries}</Relationships>'


def _heading_style(level: int) -> str:
    name = f'<w:name w:val="heading {level}"/>'
    return f'<w:style w:type="paragraph" w:styleId="Heading{level}">{name}</w:style>'


def _numbering(number: int, kind: str) -> str:
    levels = "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{kind}"/></w:lvl>' for level in range(3))
    return f'<w:abstractNum w:abstractNumId="{number}">{levels}</w:abstractNum>'
