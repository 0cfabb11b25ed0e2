"""The Alliance's own tips, after the starter kit's twenty-four. Each has its don't."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Own:
    slug: str
    title: str
    category: str
    need: str
    need_name: str
    idea: str
    action: str
    do: str
    dont: str
    insight: str


PHOTOS, LINES = "Photos with the phone I have", "Short posts that people finish"
FOUND, ANSWERS = "Being found on the map and in search", "Answering comments and complaints"
OURS = (
    Own("ask-while-they-are-still-chewing", "Ask while they’re still chewing", "being-found",
        "being-found", FOUND,
        "A review is written in the ten minutes after a good plate, or never.",
        "Ask one person today, while the plate is still in front of them, to say what they ate.",
        "Ask for what they ate, not for stars.",
        "Don’t offer anything for it. A paid review isn’t one; the map takes all of yours down.",
        "Reviews with a dish in them bring more visits than stars alone."),
    Own("three-photos-one-plate", "Three photos, one plate", "pictures", "phone-photos", PHOTOS,
        "Near, nearer, eaten: three pictures tell what one can’t.",
        "Photograph one plate three times: whole, close, and empty.",
        "Keep the same light for all three.",
        "Don’t post all three at once. Let the empty plate come in the evening, when it’s true.",
        "Series of three are looked at about twice as long."),
    Own("turn-the-plate-to-the-window", "Turn your back to the window", "pictures",
        "phone-photos", PHOTOS,
        "No: turn the plate’s back to it. Light from behind makes food look wet and warm.",
        "Put one plate between you and a window, and take the picture from the dark side.",
        "Wipe the lens with a sleeve first.",
        "Don’t use the flash. It takes the steam away, and the steam is what people want.",
        "Ask for pictures before noon. They come back usable."),
    Own("thank-before-you-explain", "Thank before you explain", "answering", "answering-people",
        ANSWERS,
        "The first line of an answer to a complaint decides how the rest is read.",
        "Find one old complaint and write the first line you wish you had written.",
        "Thank them for telling you, and say what you will do and when.",
        "Don’t begin with a reason. However good it is, it reads as an excuse.",
        "Complaints answered within a day are half as often repeated."),
    Own("steam-hands-bread", "Steam, hands, bread", "pictures", "phone-photos", PHOTOS,
        "Three things make any plate look warm: steam, a hand, and something torn.",
        "Take one picture this week with a hand in it.",
        "Ask whose hand it is, and say so.",
        "Don’t show a hand without its owner’s yes. Rings are how people are recognised.",
        "Hands are shared more than faces, and need less permission."),
    Own("your-opening-hours-are-your-best-post", "Your opening hours are your best post",
        "being-found", "being-found", FOUND,
        "Wrong hours on a map cost more visits than no post at all.",
        "Look yourself up on two maps and put the hours right on both.",
        "Save the hours even if they are right. That counts as you saying so.",
        "Don’t post “open as usual”. Nobody knows what your usual is.",
        "Before a campaign, check partners’ hours for them and write to those whose are wrong."),
    Own("write-to-one-person", "Write to one person, by name", "words", "first-lines", LINES,
        "A post to everybody is read by nobody. Picture one regular.",
        "Write your next post to somebody you know. Then take the name out.",
        "Say what you would say across the counter.",
        "Don’t say “dear customers”. It makes each of them somebody else.",
        "Give partners messages with one reader in mind, and say who it is."),
    Own("put-the-price-in-the-first-line", "Put the price in the first line", "words",
        "first-lines", LINES,
        "People decide in two seconds whether a post is for them. If they have to ask the price,"
        " most of them won’t.",
        "Rewrite your next post so the first line says what it is, what it costs and when.",
        "Lead with the thing, the price and the day. Say how many there are, if it’s true.",
        "Don’t write “message me for the price”. It reads as if the price depends on who asks.",
        "Eleven stalls tried this for a month. Nine sold out earlier than usual. A small trial."),
    Own("leave-one-question-open", "Leave one question open", "words", "first-lines", LINES,
        "People answer a question they can answer in four words.",
        "End your next post with a question about their own table.",
        "Answer the first three who answer you.",
        "Don’t ask what you could look up. People notice, and stop answering.",
        "Questions about people’s own habits get four times the answers."),
)  # fmt: skip
