"""Dead letters: receive them without hiding them for long, understand them, and send them on."""
