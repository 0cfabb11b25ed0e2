import pytest

from headwater.discussions.personal import erase, export
from headwater.discussions.tests import make

pytestmark = pytest.mark.django_db


def test_a_person_gets_their_part_out_and_it_can_be_forgotten():
    kit, ada, bo = make.kit(), make.person(), make.person("Bo Berg")
    for person in (ada, bo):
        kit.credit(person, helped=True, actor=None, at=make.NOON)

    [part] = export(ada)["conversations"]
    erase(ada, make.NOON)

    assert (part["title"], part["helped"]) == (kit.title, True)
    assert export(ada) == {"conversations": []}
    assert len(export(bo)["conversations"]) == 1
