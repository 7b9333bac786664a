"""Examples of answers are answers."""

from handlers.api_docs.openapi_examples import EXAMPLES
from tests.api_documents import faults, openapi_document


def test_examples_of_components_fit_their_schemas() -> None:
    document = openapi_document()

    for schema in document["components"]["schemas"].values():
        for example in schema.get("examples", ()):
            if isinstance(example, dict):
                assert faults(document, schema, example) == []


def test_each_example_is_shown_at_a_struct_of_its_own() -> None:
    schemas = openapi_document()["components"]["schemas"]

    shown = [schemas[type(example).__name__]["examples"] for example in EXAMPLES]

    assert [len(each) for each in shown] == [1] * len(EXAMPLES)
    assert len({type(example) for example in EXAMPLES}) == len(EXAMPLES)
