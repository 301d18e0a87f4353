"""Documents with their keys in the order in which people write them: the database keeps none."""

from typing import Any

from policies import schema

_SHAPES = (
    schema.PolicyShape,
    schema.EffectiveShape,
    schema.CalendarShape,
    schema.CategoryShape,
    schema.RuleShape,
    schema.PhaseShape,
    schema.ScopeShape,
    schema.AtomShape,
    schema.AnchorShape,
    schema.EventShape,
    schema.WithinShape,
    schema.CoverageShape,
    schema.CaseRuleShape,
    schema.AmbiguityShape,
)
# An entry of a list begins with what it is called
_FIRST = ("schema", "id", "label")
_KEYS = [*_FIRST, *(field.alias or name for shape in _SHAPES for name, field in shape.model_fields.items())]
_PLACES = {key: place for place, key in reversed(list(enumerate(_KEYS)))}


def in_order(value: Any) -> Any:
    """The same value, every mapping with the keys that the schema knows first, in its order; the others by name."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (_PLACES.get(key, len(_KEYS)), key))
        return {key: in_order(value[key]) for key in keys}
    return [in_order(each) for each in value] if isinstance(value, list) else value
