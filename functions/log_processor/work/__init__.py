"""What there is to do: envelopes become object ranges; unfinished ranges become messages."""
