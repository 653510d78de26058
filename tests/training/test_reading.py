"""Files of figures as people have them: encodings, separators, headings, percent, days, and faults with their lines."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.core.errors import BadInput, TooLarge
from firstline.training.importing import Reading, read_figures
from firstline.training.problems import BadFigures, UnreadableFile
from firstline.training.table import known_columns

TODAY = date(2026, 11, 28)
KOREAN = (
    "고객번호{s}고객사명{s}도메인{s}제품{s}기준일{s}라이선스 수{s}배포율(%){s}사용률\n"
    "C-1{s}가나상사{s}gana.example{s}팀즈{s}2026. 10. 31.{s}120{s}45{s}112%\n"
)


def read(text: str | bytes, **options: Any) -> Reading:
    data = text.encode() if isinstance(text, str) else text
    return read_figures(io.BytesIO(data), TODAY, **options)


def faults(text: str, **options: Any) -> list[tuple[int, str]]:
    with pytest.raises(BadFigures) as found:
        read(text, **options)
    return [(fault.line, fault.code) for fault in found.value.faults]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_and_separator_is_read_as_the_same(encoding: str, separator: str) -> None:
    found = read(KOREAN.format(s=separator).encode(encoding))
    (one,) = found.figures
    assert (one.customer, one.product, one.as_of, one.seats) == ("C-1", "teams", date(2026, 10, 31), 120)
    assert (one.deployment, one.usage, one.usage_definition) == (0.45, 1.12, "usage-2022")
    assert found.names == {"C-1": "가나상사"} and found.addresses == {"gana.example": ("C-1", 2)}


def test_names_of_separators_and_blank_lines_before_the_header_are_passed_over() -> None:
    found = read("sep=;\r\n;;;\r\ncustomer;date;seats\r\n\r\nA;2026-10-31;5\r\n")
    assert [(one.line, one.seats) for one in found.figures] == [(5, 5)]


DAYS = ["2026-10-31", "2026.10.31", "2026. 10. 31.", "2026/10/31", "2026년 10월 31일", "20261031", "2026.10.31(토)"]
DAYS += ["2026-10-31 00:00:00", "2026-10-31T09:00:00Z", "２０２６－１０－３１"]


@pytest.mark.parametrize("day", DAYS)
def test_days_are_read_as_they_are_written(day: str) -> None:
    assert read(f"customer,date,seats\nA,{day},5\n").figures[0].as_of == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("cells", "shares"),
    [
        (["0.45", "1.05"], [0.45, 1.05]),
        (["45", "105"], [0.45, 1.05]),
        (["45%", "105.5 %"], [0.45, 1.055]),
        (["45％", "0.5%"], [0.45, 0.005]),
        (['"45,5%"', "0%"], [0.455, 0.0]),
        (["0", "100"], [0.0, 1.0]),
        (["1", "45"], [0.01, 0.45]),
    ],
)
def test_percent_is_read_in_the_form_of_its_column(cells: list[str], shares: list[float]) -> None:
    text = "customer,date,usage\n" + "".join(f"C{place},2026-10-31,{cell}\n" for place, cell in enumerate(cells))
    assert [one.usage for one in read(text).figures] == pytest.approx(shares)


def test_a_number_that_may_be_two_things_is_asked_about_and_one_option_settles_it() -> None:
    mixed = "customer,date,usage\nA,2026-10-31,0.5\nB,2026-10-31,45\n"
    assert faults(mixed) == [(2, "percent_unclear")]
    assert [one.usage for one in read(mixed, percent="points").figures] == [0.005, 0.45]
    assert faults("customer,date,usage\nA,2026-10-31,1\n") == [(2, "percent_unclear")]
    assert read("customer,date,usage\nA,2026-10-31,1\n", percent="share").figures[0].usage == 1


def test_counts_become_shares_and_must_not_contradict_them() -> None:
    head = "customer,date,sold,assigned,active,users,deployment,usage\n"
    (one,) = read(head + 'A,2026-10-31,"1,200",600,90,80,,\n').figures
    assert (one.seats, one.deployment, one.usage) == (1200, 0.5, 1.125)
    assert read(head + "A,2026-10-31,3,2,,,67%,\n").figures[0].deployment == 0.67
    assert faults(head + "A,2026-10-31,100,40,,,50%,\n") == [(2, "share_differs")]
    # The text of 2018 counted entitlements.
    (old,) = read(head + "A,2020-10-31,100,,30,,,\n").figures
    assert (old.usage, old.usage_definition) == (0.3, "usage-2018")


def test_rows_of_one_customer_product_and_day_are_put_together_unless_they_differ() -> None:
    head = "customer,product,date,deployment,usage\n"
    found = read(head + "A,팀즈,2026-10-31,45%,\nA,Teams,2026.10.31,,30%\nA,Teams,2026-10-31,45%,30%\n")
    assert [(one.deployment, one.usage) for one in found.figures] == [(0.45, 0.3)] and found.merged == 2
    assert faults(head + "A,Teams,2026-10-31,45%,\nA,Teams,2026-10-31,46%,\n") == [(3, "row_twice")]


def test_faults_are_all_told_with_their_lines() -> None:
    text = (
        "customer,domain,date,seats,usage\n"
        "A,a.example,10/31/2026,5,\n"
        ",b.example,2026-10-31,5,\n"
        'C,"c.example d.example",2026-10-31,five,200%\n'
        "D,gmail.com,2026-10-31,5,\n"
        "E,,2026-10-31,,\n"
        "F,a b,2027-10-31,5,\n"
        "G,g.example,2026-10-31,5,,extra\n"
        'H,h.example,2026-10-31,5,"1200%"\n'
        "I,i.example,2026-10-31,5,\nJ,i.example,2026-10-31,-5,\n"
        '"K,k.example\n'
    )
    assert faults(text) == [
        (2, "date_bad"), (3, "customer_missing"), (4, "count_bad"), (5, "domain_webmail"), (6, "row_empty"),
        (7, "date_far"), (7, "domain_bad"), (8, "row_long"), (9, "percent_big"), (11, "count_bad"), (12, "row_broken"),
    ]  # fmt: skip
    assert faults("customer,domain,date,seats\nI,i.example,2026-10-31,5\nJ,i.example,2026-10-31,5\n") == [
        (3, "domain_twice")
    ]
    many = "customer,date,seats\n" + "A,x,1\n" * 500
    with pytest.raises(BadFigures, match="450 more") as found:
        read(many)
    assert len(found.value.faults) == 50 and found.value.details["more"] == 450


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "file_empty", "empty"),
        (b"PK\x03\x04....", "file_kind", "Excel"),
        ("é,café\n1,2\n".encode("latin-1"), "file_encoding", "CSV UTF-8"),
        ("customer,date,seats\n日本商事,2026-10-31,5\n".encode("shift_jis"), "file_encoding", "CP949"),
        (bytes(range(256)) * 4, "file_no_text", "no text file"),
        (b"Geo,Tenant\nx,y\n", "file_columns", "Geo, Tenant"),
        (b"customer,date,seats,Geo,Cloud\nA,2026-10-31,5,x,y\n", "columns_unknown", "'Geo', 'Cloud'"),
        (b"customer,date,seats,licenses\nA,2026-10-31,5,5\n", "columns_twice", "'seats', 'licenses'"),
        (b"customer,seats\nA,5\n", "columns_missing", "date"),
        (b"customer,date\nA,2026-10-31\n", "columns_missing", "seats, deployment or usage"),
        (b"customer,date,seats\n" + b"a" * 100_000, "line_long", "longer than"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(data: bytes, code: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as found:
        read(data)
    assert found.value.code == code
    if code.startswith(("file_columns", "columns_unknown")):
        assert all(f"{name} (" in found.value.message for name in known_columns())


def test_other_columns_can_be_left_out_and_a_file_has_its_limit() -> None:
    found = read("customer,Geo,date,seats\nA,x,2026-10-31,5\n", ignore_others=True)
    assert found.ignored == ("Geo",) and found.figures[0].seats == 5
    with pytest.raises(TooLarge, match="more than 3 rows"):
        read("customer,date,seats\n" + "".join(f"{n},2026-10-31,5\n" for n in range(4)), most_rows=3)
    assert faults("customer,date,seats\n") == [(2, "no_rows")]


NAMES = st.text("가나다라마바사아자차카타파하abcXYZ 0-9\"',;\t|()&", min_size=1, max_size=20)
ROWS = st.lists(
    st.tuples(NAMES, st.dates(date(2020, 1, 1), TODAY), st.integers(0, 10**6), st.integers(0, 1000)),
    min_size=1,
    max_size=8,
    unique_by=lambda row: (" ".join(row[0].split()), row[1]),
)


@given(ROWS, st.sampled_from(["utf-8", "utf-8-sig", "cp949", "utf-16"]), st.sampled_from(",;\t|"), st.booleans())
def test_what_a_spreadsheet_writes_is_read_as_it_was(rows: Any, encoding: str, separator: str, quoted: bool) -> None:
    file = io.StringIO()
    table = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    table.writerow(["고객", "기준일", "좌석", "사용률"])
    wanted: dict[tuple[str, date], tuple[int, float]] = {}
    for name, day, seats, usage in rows:
        table.writerow([name, f"{day:%Y. %m. %d.}", f"{seats:,}", f"{usage / 10}%"])
        if name.strip():
            wanted[name.strip(), day] = (seats, usage / 1000)
    if len(wanted) < len(rows):
        with pytest.raises(BadInput):
            read(file.getvalue().encode(encoding))
        return
    found = read(file.getvalue().encode(encoding))
    got = {(one.customer, one.as_of): (one.seats, one.usage) for one in found.figures}
    assert got.keys() == wanted.keys()
    assert all(got[key] == pytest.approx(wanted[key]) for key in wanted)


@given(
    st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda data: b"customer,date,seats,usage\n" + data))
)
def test_no_bytes_bring_it_down(data: bytes) -> None:
    try:
        read(data)
    except BadInput as error:
        assert error.message and error.code
