"""Which files are let in: their content decides, and the name follows it."""

import io
import zipfile
from typing import Any

import pytest

from .uploads import PDF, PNG, kept, upload


def archive(part: str, text: str = "x", more: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in filter(None, (part, more)):
            file.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind", "shown"),
    [
        ("사진.png", PNG, "png", "사진.png"),
        ("사진.png", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40), "jpg", "사진.png.jpg"),
        ("로그.LOG", "오류 0x80070005".encode("cp949"), "text", "로그.LOG"),
        ("run.ps1", b"Get-Mailbox -Identity kim", "text", "run.ps1.txt"),
        ("page.html", b"<script>alert(1)</script>", "text", "page.html.txt"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text", "x.svg.txt"),
        ("보고서.docx", archive("word/document.xml"), "docx", "보고서.docx"),
        ("문서.hwpx", archive("mimetype", "application/hwp+zip"), "hwpx", "문서.hwpx"),
        ("a.pdf", PDF, "pdf", "a.pdf"),
        ("/etc/../비밀\u202egnp.exe/제목.pdf", PDF, "pdf", "제목.pdf"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af.pdf", PDF, "pdf", "한글.pdf"),
        ("...", PDF, "pdf", "file.pdf"),
        ("con.pdf", PDF, "pdf", "_con.pdf"),
        ("가" * 400 + ".pdf", PDF, "pdf", "가" * 116 + ".pdf"),
    ],
)  # fmt: skip
async def test_content_decides_and_the_name_follows(
    new_customer: Any, name: str, data: bytes, kind: str, shown: str
) -> None:
    answer = await upload(await new_customer(), data, name)
    assert answer.status_code == 201, answer.text
    (file,) = answer.json()["message"]["attachments"]
    assert (file["kind"], file["name"]) == (kind, shown)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.png", b"MZ\x90\x00\x03" + bytes(200), "file_kind"),
        ("a.txt", b"\x7fELF\x02\x01\x01" + bytes(200), "file_kind"),
        ("a.xlsx", archive("xl/workbook.xml", more="xl/vbaProject.bin"), "file_kind"),
        ("a.zip", archive("readme.txt"), "file_kind"),
        ("a.png", b"\x00\x01\x02\x03", "file_kind"),
        ("a.txt", b"", "empty_file"),
    ],
)  # fmt: skip
async def test_what_is_not_allowed_leaves_nothing(
    new_customer: Any, settings: Any, name: str, data: bytes, code: str
) -> None:
    customer = await new_customer()
    answer = await upload(customer, data, name)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert kept(settings) == []
    assert [m for m in await customer.transcript() if m["author"] == "customer"] == []
