"""Text that tries to act on a page: script, handlers, addresses that run, broken marks, and Markdown's own ways in."""

import re
from html.parser import HTMLParser

TAGS = [
    "<script>hit()</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script\x0c>hit()</script>",
    "<scr<script>ipt>hit()</scr</script>ipt>",
    "<<script>hit()//<</script>",
    "<script x>hit()</script x>",
    '"><script>hit()</script>',
    "</title><script>hit()</script>",
    "<!--><script>hit()</script-->",
    "<![CDATA[<script>hit()</script>]]>",
    "<noscript><p title='</noscript><script>hit()</script>'>",
    "<template><script>hit()</script></template>",
    "<svg onload=hit()>",
    "<svg><script>hit()</script></svg>",
    "<svg><a xlink:href='javascript:hit()'><text>x</text></a></svg>",
    "<svg><animate onbegin=hit() attributeName=x dur=1s>",
    "<svg><style><img src=x onerror=hit()></style></svg>",
    '<math><mi//xlink:href="data:x,<script>hit()</script>">',
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>",
    "<iframe src=javascript:hit()></iframe>",
    "<iframe srcdoc='<script>hit()</script>'></iframe>",
    "<object data=javascript:hit()></object>",
    "<embed src=javascript:hit()>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=javascript:hit()'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'</style>",
    "<form action=javascript:hit()><button>x</button></form>",
    "<button formaction=javascript:hit()>x</button>",
    "<input autofocus onfocus=hit()>",
    "<select autofocus onfocus=hit()></select>",
    "<details open ontoggle=hit()>",
    "<video><source onerror=hit()></video>",
    "<audio src=x onerror=hit()>",
    "<body onload=hit()>",
    "<marquee onstart=hit()>",
    "<vbscript:msgbox(1)>",
]
HANDLERS = [
    "<img src=x onerror=hit()>",
    "<img src=x\nonerror=hit()>",
    "<img/src=x/onerror=hit()>",
    '<img src="x` `<script>hit()</script>"` `>',
    "<img src=`x` onerror=`hit()`>",
    "<IMG SRC=x OnErRoR=hit()>",
    "<p onmouseover=hit()>x</p>",
    "<b style='background:url(javascript:hit())'>x</b>",
    "<div id=x tabindex=1 onfocus=hit()>x</div>",
    "<a onclick=hit() href=#>x</a>",
]
ADDRESSES = [
    '<a href="javascript:hit()">x</a>',
    '<a href=" &#1; javascript:hit()">x</a>',
    '<a href="java\nscript:hit()">x</a>',
    '<a href="java&#9;script:hit()">x</a>',
    "<a href='&#106;avascript:hit()'>x</a>",
    "<a href='&#x6A;avascript&colon;hit()'>x</a>",
    "<a href='data:text/html,<script>hit()</script>'>x</a>",
    "<a href='vbscript:hit()'>x</a>",
    "<img src='javascript:hit()'>",
]
MARKDOWN = [
    "[x](javascript:hit())",
    "[x](JaVaScRiPt:hit())",
    "[x](<javascript:hit()>)",
    "[x](java&#x0a;script:hit())",
    "[x](data:text/html;base64,PHNjcmlwdD5oaXQoKTwvc2NyaXB0Pg==)",
    "[x](vbscript:hit())",
    '[x](//evil.example/"onmouseover=hit())',
    "[x]: javascript:hit()\n\n[x]",
    "<javascript:hit()>",
    '![x" onerror="hit()](x)',
    '![x](x "onerror=hit()")',
    "![a><script>hit()</script>](/articles/demo/images/000000000000000000000000.png)",
    "![x](javascript:hit())",
    "`<script>hit()</script>`",
    "```\n</code></pre><script>hit()</script>\n```",
    "# <img src=x onerror=hit()>",
    "| <script>hit()</script> | b |\n|---|---|\n| <img src=x onerror=hit()> | [x](javascript:hit()) |",
    "> <svg onload=hit()>",
    "1. <details open ontoggle=hit()>",
]
VECTORS = [*TAGS, *HANDLERS, *ADDRESSES, *MARKDOWN]

ALLOWED = {
    "h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "br", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "img",
}  # fmt: skip
_RUNS = ("javascript", "vbscript", "data")


class Acts(HTMLParser):
    """Collects what could act in a piece of HTML: tags beyond ``allowed``, handlers, styles, addresses that run."""

    def __init__(self, html: str, allowed: set[str] = ALLOWED) -> None:
        super().__init__()
        self.found: list[str] = []
        self._allowed = allowed
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._allowed:
            self.found.append(tag)
        for name, value in attrs:
            scheme = re.sub(r"[\s\x00-\x20]", "", value or "").lower().partition(":")[0]
            if name.startswith("on") or name in ("style", "srcdoc", "formaction") or scheme in _RUNS:
                self.found.append(f"{tag} {name}={value}")
