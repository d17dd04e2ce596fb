"""A doctor's word for a help prepared in advance: hers alone begins nothing, with a relative's it begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hygie.access.types import Level
from hygie.tests.kin import confided
from hygie.tests.world import World


def test_a_doctor_and_a_relative_together_begin_what_was_prepared(browse: Callable[..., Any], world: World) -> None:
    fatou, zoe, ali = world.person("Fatou"), world.person("Zoé"), world.person("Ali", sex="male")
    world.lets_in(fatou, world.dr_diallo)
    confided(fatou, ali, name="Ali", relation="son")
    tie = confided(fatou, zoe, level=Level.ACT, condition="doctor-and-relative")
    doctor, daughter, son = browse(world.dr_diallo), browse(zoe.actor), browse(ali.actor)
    page = f"/pro/patients/{fatou.id}/relais/"
    assert page in doctor.get(f"/pro/patients/{fatou.id}/documents/").content.decode()
    assert "Zoé" in doctor.get(page).content.decode()
    doctor.post(page, {"aide": str(tie)})
    again = doctor.get(page).content.decode()
    assert "Je dis que ce moment est venu" not in again, "she has said it"
    assert "Vous avez dit que ce moment est venu" in again and "Un proche doit encore le dire." in again
    assert daughter.get(f"/pour/{fatou.id}/accueil/").status_code == 404
    home = son.get(f"/pour/{fatou.id}/accueil/").content.decode()
    assert "Je dis que ce moment est venu" in home and "avec votre parole, l’aide commence aussitôt" in home
    son.post(f"/pour/{fatou.id}/famille/moment/", {"aide": str(tie)})
    assert daughter.get(f"/pour/{fatou.id}/accueil/").status_code == 200
    assert "Rien n’a été préparé ici" in doctor.get(page).content.decode()


def test_a_relative_who_has_said_it_is_told_whom_it_waits_for(browse: Callable[..., Any], world: World) -> None:
    fatou, zoe, ali = world.person("Fatou"), world.person("Zoé"), world.person("Ali", sex="male")
    world.lets_in(fatou, world.dr_diallo)
    confided(fatou, ali, name="Ali", relation="son")
    tie, son = confided(fatou, zoe, condition="two-witnesses"), browse(ali.actor)
    son.post(f"/pour/{fatou.id}/famille/moment/", {"aide": str(tie)})
    home = son.get(f"/pour/{fatou.id}/accueil/").content.decode()
    assert "Vous avez dit que ce moment est venu" in home and "Je dis que" not in home
    assert "Un autre proche doit encore le dire." in home
    page = browse(world.dr_diallo).get(f"/pro/patients/{fatou.id}/relais/").content.decode()
    assert "Votre parole n’est pas nécessaire ici." in page and "Je dis que" not in page


def test_a_doctor_who_is_not_hers_is_told_nothing(browse: Callable[..., Any], world: World) -> None:
    fatou, zoe = world.person("Fatou"), world.person("Zoé")
    tie = confided(fatou, zoe, condition="doctor-and-relative")
    stranger = browse(world.dr_roux)
    for answer in (
        stranger.get(f"/pro/patients/{fatou.id}/relais/"),
        stranger.post(f"/pro/patients/{fatou.id}/relais/", {"aide": str(tie)}),
    ):
        assert answer.status_code == 404 and "Zoé" not in answer.content.decode()
