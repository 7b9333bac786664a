"""Examples of answers are answers."""

from tests.api_documents import faults, openapi_document


def test_examples_of_components_fit_their_schemas():
    document = openapi_document()

    for schema in document["components"]["schemas"].values():
        for example in schema.get("examples", ()):
            if isinstance(example, dict):
                assert faults(document, schema, example) == []
