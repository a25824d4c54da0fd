"""Creates the template's tables at an endpoint."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.errors import TablesError
from local.template import TableProperties, Template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2})


def create_tables(endpoint: str | None, template: Template) -> tuple[str, ...]:
    """The names of the template's tables, each of which exists afterwards, empty or as it was.

    `endpoint` None means AWS itself. Region and credentials come from the standard variables.
    Raises TablesError where a table of that name has other keys or indexes than the template.
    """
    client = boto3.client("dynamodb", endpoint_url=endpoint, config=CONFIG)
    try:
        return create_tables_with(client, template)
    except (BotoCoreError, ClientError) as error:
        raise TablesError(f"the tables cannot be created: {error}") from error
    finally:
        client.close()


def create_tables_with(client: "DynamoDBClient", template: Template) -> tuple[str, ...]:
    """As `create_tables`, with a client of the caller's."""
    return tuple(_create(client, properties) for properties in template.tables.values())


def _create(client: "DynamoDBClient", properties: TableProperties) -> str:
    name = str(properties["TableName"])
    try:
        # The template is the source of these properties; the engine checks them.
        client.create_table(**properties)  # type: ignore[arg-type]
    except client.exceptions.ResourceInUseException:
        _compare(client.describe_table(TableName=name)["Table"], properties)
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return name


def _compare(existing: "TableDescriptionTypeDef", properties: TableProperties) -> None:
    found = _indexes(existing.get("GlobalSecondaryIndexes", ()))
    wanted = properties.get("GlobalSecondaryIndexes", [])
    declared = _indexes(wanted if isinstance(wanted, list) else [])
    if existing.get("KeySchema") != properties["KeySchema"] or found != declared:
        name = properties["TableName"]
        raise TablesError(
            f"the table {name} has other keys or indexes than template.yaml: "
            "remove its data folder (make clean) or choose another COUNTERFOIL_DATA"
        )


def _indexes(indexes: Iterable[object]) -> dict[str, object]:
    """Key schema by index name."""
    return {
        str(index.get("IndexName")): index.get("KeySchema")
        for index in indexes
        if isinstance(index, dict)
    }
