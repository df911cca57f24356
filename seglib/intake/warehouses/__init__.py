"""What loaders bring into a warehouse: the tables of a record, put together again as the API of its source tells it."""

from seglib.intake.warehouses.assembling import assembled
from seglib.intake.warehouses.loaders import loader_of
from seglib.intake.warehouses.places import STAGING
from seglib.intake.warehouses.shapes import SCHEMAS, Schema, Shape, shape_of, shapes_told

__all__ = ["SCHEMAS", "STAGING", "Schema", "Shape", "assembled", "loader_of", "shape_of", "shapes_told"]
