"""The timeline: its model without a screen, and its buttons as a user clicks them."""

from __future__ import annotations

from dlcourse import widgets
from dlcourse.widgets.timeline import LANES, WINTERS


def test_every_event_of_the_table_is_told_in_order():
    timeline = widgets.Timeline()
    years = [event.year for event in timeline.events]
    assert years == sorted(years)
    assert {event.kind for event in timeline.events} == set(LANES)
    for event in timeline.events:
        assert event.sentence.startswith(f"{event.year}, {event.title} ({event.people}). ")


def test_it_stays_within_its_events():
    timeline = widgets.Timeline()
    assert timeline.go(-5).year == 1943
    assert timeline.go(10_000) is timeline.events[-1]
    assert timeline.go(3) is timeline.event


def test_winters_begin_with_an_event_that_names_a_limit():
    limits = {event.year for event in widgets.Timeline().events if event.kind == "limit"}
    assert {begin for begin, _ in WINTERS.values()} <= limits


def test_the_chosen_event_is_named_in_the_picture():
    timeline = widgets.Timeline()
    timeline.go(2)
    written = [text.get_text() for text in timeline.draw().texts]
    assert f"{timeline.event.year}  {timeline.event.title}" in written
    assert set(WINTERS) <= set(written)


def test_a_click_tells_the_event_and_moves_the_mark():
    demo = widgets.timeline()
    assert [button.description for button in demo.buttons] == [str(event.year) for event in demo.model.events]
    before = demo.picture.value
    demo.buttons[5].click()
    assert demo.model.position == 5
    assert demo.model.event.people in demo.words.value
    assert demo.picture.value != before
    assert [k for k, button in enumerate(demo.buttons) if button.style.font_weight == "bold"] == [5]


def test_back_and_next_walk_and_stop_at_the_ends():
    demo = widgets.timeline()
    assert demo.back.disabled
    assert not demo.on.disabled
    demo.on.click()
    assert (demo.model.position, demo.back.disabled) == (1, False)
    demo.back.click()
    assert demo.model.position == 0
    demo.buttons[-1].click()
    assert demo.on.disabled
