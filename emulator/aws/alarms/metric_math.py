"""Evaluate metric math: expressions over series that have a value for each period, or none.

Source: Amazon CloudWatch User Guide, Using math expressions with CloudWatch metrics. Arithmetic with a missing value is
missing, as is a division by zero. A function of an array leaves out the series that miss a value. `FILL` fills the gaps
of a series that has a value at all.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence

Series = tuple[float | None, ...]
Value = float | Series
OPERATORS: Mapping[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
COMBINING: Mapping[str, Callable[[Sequence[float]], float]] = {
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "AVG": lambda values: sum(values) / len(values),
}


def evaluate_expression(text: str, series: Mapping[str, Series]) -> Series:
    """Return the series of an expression over named series of equal length.

    Raises `LookupError` for an operator or a function that is not known here, and for a name without a series.
    """
    length = len(next(iter(series.values())))
    return _spread(_evaluate(ast.parse(text.strip(), mode="eval").body, series), length)


def _evaluate(node: ast.AST, series: Mapping[str, Series]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in series:
            return series[name]
        case ast.BinOp(left=left, op=kind, right=right) | ast.Compare(left=left, ops=[kind], comparators=[right]):
            return _combine(kind, _evaluate(left, series), _evaluate(right, series))
        case ast.Call(func=ast.Name(id=name), args=[ast.List(elts=parts)]) if name in COMBINING:
            return _reduce(COMBINING[name], [_evaluate(part, series) for part in parts])
        case ast.Call(func=ast.Name(id="FILL"), args=[what, ast.Constant(value=int() | float() as filler)]):
            return _fill(_evaluate(what, series), float(filler))
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            return _choose(*(_evaluate(part, series) for part in (condition, then, otherwise)))
    raise LookupError(f"the local AWS does not know the metric math {ast.unparse(node)}: add it")


def _combine(kind: ast.AST, left: Value, right: Value) -> Value:
    if type(kind) not in OPERATORS:
        raise LookupError(f"the local AWS does not know the operator {type(kind).__name__} of metric math: add it")
    apply = OPERATORS[type(kind)]
    return _map(lambda one, other: None if isinstance(kind, ast.Div) and not other else apply(one, other), left, right)


def _reduce(function: Callable[[Sequence[float]], float], parts: Sequence[Value]) -> Series:
    present = ([one for one in values if one is not None] for values in _align(parts))
    return tuple(float(function(values)) if values else None for values in present)


def _fill(what: Value, filler: float) -> Value:
    if isinstance(what, float) or all(one is None for one in what):
        return what
    return tuple(filler if one is None else one for one in what)


def _choose(condition: Value, then: Value, otherwise: Value) -> Value:
    rows = _align([condition, then, otherwise])
    return tuple(None if test is None else (yes if test else no) for test, yes, no in rows)


def _map(apply: Callable[[float, float], float | None], left: Value, right: Value) -> Value:
    rows = _align([left, right])
    return tuple(None if one is None or other is None else _to_float(apply(one, other)) for one, other in rows)


def _to_float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _align(parts: Sequence[Value]) -> Iterator[tuple[float | None, ...]]:
    """Return the values of all parts for each period; if all are numbers, for one."""
    length = max((len(part) for part in parts if isinstance(part, tuple)), default=1)
    return zip(*(_spread(part, length) for part in parts), strict=True)


def _spread(value: Value, length: int) -> Series:
    """Return a number as a series that has it for every period."""
    return value if isinstance(value, tuple) and len(value) == length else (_get_only(value),) * length


def _get_only(value: Value) -> float | None:
    return value[0] if isinstance(value, tuple) else value
