from zoneinfo import ZoneInfo

from headwater.kit.zones import zones_of_today


def test_each_place_stands_once_under_its_name_of_today() -> None:
    zones = zones_of_today()

    assert {"Europe/Kyiv", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "UTC"} <= set(zones)
    assert not {"Europe/Kiev", "Asia/Calcutta", "GB-Eire", "US/Pacific", "Etc/GMT+4"} & set(zones)
    assert len(zones) == len(set(zones)) > 400


def test_every_zone_offered_can_be_used() -> None:
    assert [zone for zone in zones_of_today() if ZoneInfo(zone).key != zone] == []
