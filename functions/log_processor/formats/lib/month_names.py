"""Name the months in the languages of loggers: English, German, French, Spanish, Italian, Portuguese and Dutch."""

SPELLINGS = (
    "jan january januar janv janvier ene enero gen gennaio janeiro januari",
    "feb february februar févr fév février febrero febbraio fev fevereiro februari",
    "mar march märz mrz mär mars marzo março mrt maart",
    "apr april avr avril abr abril aprile",
    "may mai mayo mag maggio maio mei",
    "jun june juni juin junio giu giugno junho",
    "jul july juli juil juillet julio lug luglio julho",
    "aug august août ago agosto augustus",
    "sep sept september septembre septiembre set settembre setembro",
    "oct october okt oktober octobre octubre ott ottobre out outubro",
    "nov november novembre noviembre novembro",
    "dec december dez dezember déc décembre dic diciembre dicembre dezembro",
)
"""By their numbers from 1 on; a point may stand behind a name that is cut."""
NUMBERS = {name: number for number, names in enumerate(SPELLINGS, 1) for name in names.split()}
ANY_MONTH = f"(?i:{'|'.join(sorted(NUMBERS, key=len, reverse=True))})\\.?"
"""An expression of every name, in small letters or capitals."""


def find_month(name: str) -> int:
    """Return the number of a month that `ANY_MONTH` matches."""
    return NUMBERS[name.rstrip(".").lower()]
