"""What Harbour & Pine sells."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.days import OPENED

CATALOGUE = {
    "Kitchen": "Larch chopping board 34, Cast-iron skillet 59, Copper kettle 79, Paring knife 19, Enamel saucepan 45, "
    "Pepper mill 29, Linen tea towel 12, Bread crock 49, Coffee dripper 24, Salt cellar 16",
    "Tableware": "Stoneware plate 18, Porridge bowl 14, Harbour mug 13, Tumbler set 26, Glass carafe 32, "
    "Serving platter 44, Egg cup pair 11, Cutlery set 89, Cake stand 39, Napkin set 17",
    "Bed and bath": "Linen duvet cover 129, Pillowcase pair 39, Waffle towel 22, Bath mat 28, Wool blanket 99, "
    "Flannel sheet 69, Cotton robe 75, Soap bar 7, Laundry basket 42, Down pillow 59, Fabric sample card 0",
    "Lighting": "Desk lamp 69, Pendant lamp 119, Storm lantern 36, Reading light 49, Fairy lights 18, Floor lamp 179, "
    "Candle holder 15, Night light 21, Paper lampshade 35, Wall sconce 84",
    "Furniture": "Oak bench 249, Pine bookcase 329, Step stool 65, Rattan chair 189, Side table 119, Coat rack 89, "
    "Bedside cabinet 159, Writing desk 399, Shoe bench 129, Wall shelf 45",
    "Garden": "Watering can 32, Secateurs 27, Terracotta pot 14, Bird feeder 23, Garden kneeler 19, Trug basket 38, "
    "Hammock 95, Fire bowl 149, Herb seeds 5, Folding chair 59",
    "Camping": "Two-person tent 229, Sleeping bag 119, Enamel camp mug 11, Camp stove 64, Head torch 29, Dry bag 22, "
    "Picnic blanket 45, Water bottle 19, Cool box 79, Pocket knife 35",
    "Gifts": "Beeswax candle 14, Scented candle 24, Tin of fudge 9, Advent calendar 29, Jigsaw puzzle 25, Notebook 12, "
    "Room diffuser 32, Wool socks 18, Wrapping paper 6, Hamper 85",
}


def make_products(rng: np.random.Generator) -> pd.DataFrame:
    goods = [(category, *good.rsplit(" ", 1)) for category, text in CATALOGUE.items() for good in text.split(", ")]
    products = pd.DataFrame(goods, columns=["category", "product_name", "price"]).astype({"price": float})
    number = (products.groupby("category").cumcount() + 1).astype(str).str.zfill(2)
    products["product_id"] = products["category"].str[:3].str.upper() + "-" + number
    new = (np.arange(len(products)) % 7 == 5) & (products["price"] > 0)
    days = np.where(new, rng.integers(400, 1000, len(new)), -rng.integers(0, 900, len(new)))
    products["launched_at"] = OPENED + days.astype("timedelta64[D]")
    products["popularity"] = rng.gamma(1.3, size=len(products)) * np.where(products["price"] > 0, 1, 0.08)
    return products


# Sold since the end of 2022 and, so far, to few: what those buy who come every month for the same thing.
PANTRY = "House coffee 14, Breakfast tea 9, Olive oil 19, Washing-up soap 8, Lamp oil 12"
CONSUMABLES = ["PAN-01", "PAN-02", "PAN-03", "PAN-04", "BED-08"]


def make_pantry() -> pd.DataFrame:
    """A small range of things that are used up."""
    goods = [good.rsplit(" ", 1) for good in PANTRY.split(", ")]
    pantry = pd.DataFrame(goods, columns=["product_name", "price"]).astype({"price": float})
    days = np.arange(len(pantry)) * 9
    return pantry.assign(
        category="Pantry",
        product_id=[f"PAN-{number:02}" for number in range(1, len(pantry) + 1)],
        launched_at=np.datetime64("2022-10-03") + days.astype("timedelta64[D]"),
        popularity=1.2,
    )
