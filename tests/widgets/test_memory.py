"""Hopfield's memory: its model without a screen, and its controls as a user moves them."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse import widgets


def test_the_energy_falls_with_every_flip_and_one_unit_flips_at_a_time():
    memory = widgets.LetterMemory()
    memory.start("X", damage=35, seed=3)
    energies = [moment.energy for moment in memory.moments]
    assert len(energies) > 10
    assert (np.diff(energies) < 0).all()
    states = np.array([moment.state for moment in memory.moments])
    assert (np.abs(np.diff(states, axis=0)).sum(axis=1) == 2).all()


def test_at_the_end_no_unit_wants_to_flip():
    memory = widgets.LetterMemory("JTXLFOHNZ")
    memory.start("N", damage=30, seed=1)
    end = memory.moments[-1].state
    assert (end * (memory.weights @ end) >= 0).all()


@pytest.mark.parametrize("letter", "JTXLF")
def test_every_letter_repairs_itself_with_a_quarter_of_its_pixels_wrong(letter):
    memory = widgets.LetterMemory()
    for seed in range(5):
        memory.start(letter, damage=25, seed=seed)
        assert (memory.moments[0].state != memory.patterns["JTXLF".index(letter)]).sum() == 25
        assert memory.ending() == f"the letter {letter}"


def test_all_pixels_turned_over_is_a_memory_too():
    memory = widgets.LetterMemory()
    memory.start("T", damage=100)
    assert memory.ending() == "the negative of T"


def test_too_similar_letters_blend():
    memory = widgets.LetterMemory("JOHN")
    memory.start("H", damage=0)
    assert memory.ending() == "a state that was never stored"


@pytest.mark.parametrize(
    ("letters", "letter", "damage", "message"),
    [("", "J", 0, "at least one letter"), ("JT", "X", 0, "not among"), ("JT", "J", 101, "from 0 to 100")],
)
def test_what_makes_no_sense_is_refused(letters, letter, damage, message):
    with pytest.raises(ValueError, match=message):
        widgets.LetterMemory(letters).start(letter, damage)


def test_the_controls_reach_the_model():
    demo = widgets.letter_memory()
    first = demo.picture.value
    demo.letter.value = "L"
    demo.damage.value = 10
    assert (demo.model.moments[0].state != demo.model.patterns[3]).sum() == 10
    assert "10 pixels" in demo.words.value
    assert "the letter L" in demo.words.value
    assert demo.picture.value != first
    demo.throw.value = 7
    assert (demo.step.value, demo.step.max) == (0, len(demo.model.moments) - 1)


def test_the_slider_walks_down_to_the_end():
    demo = widgets.letter_memory()
    pictures = set()
    for k in range(0, demo.step.max + 1, 5):
        demo.step.value = k
        pictures.add(demo.picture.value)
    assert len(pictures) == len(range(0, demo.step.max + 1, 5))


def test_an_undamaged_letter_leaves_nothing_to_walk():
    demo = widgets.letter_memory()
    demo.damage.value = 0
    assert demo.step.disabled
    assert "After 0 flips: the letter J" in demo.words.value
