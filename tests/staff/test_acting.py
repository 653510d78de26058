"""A provider sees its own resellers, and works at one of them after it said so."""

from typing import Any

from .demo import SECRET, Demo, ask


async def test_a_provider_reads_its_resellers_and_no_other(person: Any, demo: Demo) -> None:
    ours = await person("ours", "provider", partner="total")
    listed = await ours.ok("GET", "/api/staff/resellers")
    assert [(row["partner"], row["open"], row["waiting"]) for row in listed["resellers"]] == [("demo", 1, 1)]
    assert SECRET in (await ask(ours, demo, "GET /api/staff/resellers/{partner}/cases")).text
    assert SECRET in (await ask(ours, demo, "GET /api/staff/resellers/{partner}/cases/{number}")).text
    for partner in ("far", "total", "rival", "nowhere"):
        await ours.refused(404, "no_reseller", "GET", f"/api/staff/resellers/{partner}/cases")
        await ours.refused(404, "no_reseller", "PUT", "/api/staff/partner", json={"partner": partner})
    await ours.refused(403, "wrong_role", "POST", f"/api/desk/cases/{demo.names['number']}/claim")


async def test_a_provider_acts_as_lead_after_an_explicit_switch(settings: Any, person: Any, demo: Demo) -> None:
    ours = await person("ours", "provider", "admin", partner="total")
    claim = f"/api/desk/cases/{demo.names['number']}/claim"
    await ours.refused(404, "no_case", "POST", claim)
    staff = (await ours.ok("PUT", "/api/staff/partner", json={"partner": "demo"}))["staff"]
    assert (staff["partner"], staff["home"], staff["roles"]) == ("demo", "total", ["lead"])
    assert (await ours.ok("GET", "/api/staff/me"))["staff"] == staff
    await ours.ok("POST", claim)
    await ours.refused(403, "wrong_role", "GET", "/api/staff/people")
    await ours.refused(403, "wrong_role", "GET", "/api/authors/log")
    (claimed,) = await demo.owner.audit(action="case.claimed")
    assert (claimed["who"], claimed["home"]) == ("ours@example.com", "total")
    assert (await demo.owner.audit(action="partner.switched"))[0]["who"] == "ours@example.com"
    await ours.ok("PUT", "/api/staff/partner", json={"partner": None})
    await ours.refused(404, "no_case", "POST", claim)

    await ours.ok("PUT", "/api/staff/partner", json={"partner": "demo"})
    charter = settings.partners_dir / "demo" / "charter.yaml"
    charter.write_text(charter.read_text("utf-8").replace("  provider: total\n", "  provider: rival\n"), "utf-8")
    await ours.refused(404, "no_case", "POST", claim)
    assert (await ours.ok("GET", "/api/staff/me"))["staff"]["partner"] == "total"
