"""What an agent wrote in HTML, as the plain text that the chat shows."""

import re

from bs4 import BeautifulSoup

# Earlier mails that are quoted and signatures are no part of the answer.
_LEFT_OUT = "blockquote, [data-signature], [data-signature-id], script, style"
_BREAKS = ("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "pre")


def plain(html: str) -> str:
    """Return the text with its lines; a link keeps its address where the text doesn't say it."""
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.select(_LEFT_OUT):
        part.decompose()
    for line in soup.find_all("br"):
        line.replace_with("\n")
    for link in soup.find_all("a"):
        address, said = str(link.get("href", "")), link.get_text().strip()
        if address.startswith(("http://", "https://")) and address.rstrip("/") != said.rstrip("/"):
            link.replace_with(f"{said} ({address})" if said else address)
    for block in soup.find_all(_BREAKS):
        block.append("\n")
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in soup.get_text().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
