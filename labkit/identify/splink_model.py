"""The Splink model behind :mod:`labkit.identify.probabilistic`: its table, comparisons and training.

Reached only from there: importing Splink takes a second.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel, ElseLevel, ExactMatchLevel, NullLevel
from splink.comparison_library import CustomComparison

from labkit.identify import standardise
from labkit.identify.blocking import pairs_sharing
from labkit.identify.coarse import Coarse, blocks, coarse_values

if TYPE_CHECKING:
    from splink.internals.blocking_rule_creator import BlockingRuleCreator
    from splink.internals.splink_dataframe import SplinkDataFrame

# How many pairs of *different* people agree, for each pair of records of one person. People lend their phone
# and e-mail to relatives now and then, and share the address with all of them. Random pairs cannot tell: among
# the few that agree by chance, nearly all are matches. Given relative to the matches, the figures hold for a
# thousand records as for a million.
LENT = 0.03
LIVED_IN = 1.4

FEWEST_PAIRS = 200
"""Fewer pairs that share an identifier teach nothing about matches: too few among them are none. Splink then keeps
its own m (0.95 for the same). Given a few dozen, its expectation-maximisation drives m to zero and fails."""

MOST_ROUNDS = 10
"""Rounds of expectation-maximisation. What no match shows shrinks by orders of magnitude a round, long after
the rest has settled, and at zero Splink fails."""

IDENTIFIERS = ("cpf", "email", "phone")
"""Fields that belong to one person as a rule. Splink learns what matches look like among pairs that share one."""

MOST_AT_ONCE = 150_000
"""Records whose pairs are weighed at once; what a pair weighs does not depend on it."""

RARE_SAYS_MORE = ("first", "surnames", "city")
"""Columns in which agreement on a rare value is worth more."""


def comparison_table(records: pd.DataFrame) -> pd.DataFrame:
    """Records with the columns that comparisons look at, and their places; blanks are None, dates are text."""
    table = pd.DataFrame({"record": records.index.astype(str), "place": range(len(records))})
    for column in ("first", "last", "suffix", "cpf", "phone", "email", "address", "cep", "city"):
        table[column] = _texts(records[column]) if column in records else None
    table["call_name"] = _texts(standardise.call_names(records["first"]))
    surnames = _parts(records["name"], " ")[2]
    table["surnames"] = _texts(surnames.where(surnames != ""))
    table["words"] = [text.split() if text else None for text in table["surnames"]]
    addresses = _parts(records["email"], "@")
    table["mailbox"], table["domain"] = _texts(addresses[0]), _texts(addresses[2])
    dates = records["birth_date"].dt.strftime("%Y-%m-%d")
    table["birth_date"] = _texts(dates)
    table["swapped_date"] = _texts(dates.str[:5] + dates.str[8:] + dates.str[4:7])
    return table


def _parts(column: pd.Series, separator: str) -> pd.DataFrame:
    """Before, at and after the first separator: three columns, also where every value is missing."""
    return column.astype("str").str.partition(separator).reindex(columns=range(3))


def weigh_against_strangers(
    records: pd.DataFrame,
    keys: Sequence[str | Sequence[str]],
    prior: float,
    *,
    random_pairs: int,
    seed: int,
    threads: int,
) -> tuple[pd.DataFrame, pd.DataFrame, FrozenStrangers]:
    """Train a Splink model in which different people are strangers, and weigh the pairs of all keys with it.

    Parameters
    ----------
    records : DataFrame
        As of :func:`labkit.identify.stack_sources`.
    keys : sequence of str or of sequences of str
        Blocking keys.
    prior : float
        Share of all pairs that match.
    random_pairs, seed : int
        Pairs drawn to learn how often strangers agree, and what draws them.
    threads : int
        Of DuckDB.

    Returns
    -------
    pairs : DataFrame
        ``left``, ``right`` (places of the records), ``strangers`` (bits), ``key`` (number of the first key that
        brought the pair), and the level of each comparison in a column of its name, -1 for blank.
    levels : DataFrame
        ``field``, ``number`` and name (``level``) of each level, ``m``, ``u``.
    model : FrozenStrangers
        The same once more, to weigh other records with.
    """
    table = comparison_table(records)
    coarse = tuple(coarse_values(table, key) for key in keys)
    rules = _rules(table, keys, coarse)
    with _connected(threads) as connection:
        linker = _trained(DuckDBAPI(connection).register(table), table, rules, prior, random_pairs, seed)
        levels = _levels(linker)
        pairs = _predicted(linker, connection, levels, len(table))
        model = FrozenStrangers(
            settings=linker.misc.save_model_to_json(),
            frequencies={name: table[name].value_counts(normalize=True).to_dict() for name in RARE_SAYS_MORE},
            coarse=coarse,
        )
    return pairs, levels, model


@dataclass(frozen=True)
class FrozenStrangers:
    """A trained Splink model: the weight of a pair follows from it and the two records, whoever else is there.

    Attributes
    ----------
    settings : dict
        Splink's own.
    frequencies : dict of str to dict
        Column → value → share of the records that it was trained on. A value not seen then is of ordinary rarity.
    coarse : tuple
        Of each key; see :mod:`labkit.identify.coarse`.
    """

    settings: dict
    frequencies: dict[str, dict[str, float]]
    coarse: tuple[Coarse, ...]

    def weigh(
        self, records: pd.DataFrame, keys: Sequence[str | Sequence[str]], threads: int
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Weigh the pairs of the keys; returns pairs and levels like :func:`weigh_against_strangers`."""
        table = comparison_table(records)
        for column, shares in self.frequencies.items():
            table[f"tf_{column}"] = table[column].map(shares).astype(float)
        rules = _rules(table, keys, self.coarse)
        settings = {**self.settings, "blocking_rules_to_generate_predictions": rules}
        with _connected(threads) as connection:
            linker = Linker(
                DuckDBAPI(connection).register(table),
                settings,
                log_level=logging.ERROR,
                validate_settings=False,
            )
            levels = _levels(linker)
            return _predicted(linker, connection, levels, len(table)), levels


@contextmanager
def _connected(threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(config={"threads": threads})
    try:
        yield connection
    finally:
        connection.close()


def _rules(
    table: pd.DataFrame, keys: Sequence[str | Sequence[str]], coarse: Sequence[Coarse]
) -> list[BlockingRuleCreator]:
    """Blocking rules; a key with values that are too common gets a column of its own in the table."""
    rules = []
    for number, (key, too_common) in enumerate(zip(keys, coarse, strict=True)):
        if too_common:
            key = f"block_{number}"
            table[key] = _texts(blocks(table, keys[number], too_common))
        rules.append(block_on(key) if isinstance(key, str) else block_on(*key))
    return rules


def _predicted(
    linker: Linker, connection: duckdb.DuckDBPyConnection, levels: pd.DataFrame, records: int
) -> pd.DataFrame:
    """Weights and levels of the candidate pairs, some records at a time: Splink keeps both texts of every field."""
    numbers = "".join(f', "gamma_{field}"::TINYINT AS "level_{field}"' for field in levels["field"].unique())
    chunks = -(-records // MOST_AT_ONCE)
    parts = []
    for chunk in range(1, chunks + 1):
        if chunks == 1:
            predicted = linker.inference.predict(warning_mode="never")
        else:
            predicted = linker.inference.predict_chunk(left_chunk=(chunk, chunks), warning_mode="never")
        part = connection.sql(
            "SELECT place_l::INTEGER AS left, place_r::INTEGER AS right, match_weight AS strangers, "
            f"match_key::TINYINT AS key{numbers} FROM {predicted.physical_name}"
        )
        parts.append(part.df())
        predicted.drop_table_from_database_and_remove_from_cache()
    return pd.concat(parts, ignore_index=True).rename(columns=lambda name: name.removeprefix("level_"))


def _trained(
    registered: SplinkDataFrame,
    table: pd.DataFrame,
    rules: list[BlockingRuleCreator],
    prior: float,
    random_pairs: int,
    seed: int,
) -> Linker:
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        comparisons=_comparisons(table, prior),
        blocking_rules_to_generate_predictions=rules,
        probability_two_random_records_match=prior,
        max_iterations=MOST_ROUNDS,
        retain_matching_columns=True,  # else the levels are not kept
        additional_columns_to_retain=["place"],
    )
    linker = Linker(registered, settings, log_level=logging.ERROR, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=random_pairs, seed=seed, min_count_per_level=None, num_chunks=1
    )
    indexed = table.set_index("record")
    for key in IDENTIFIERS:
        if len(pairs_sharing(indexed[key])) >= FEWEST_PAIRS:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(key), fix_probability_two_random_records_match=True
            )
    return linker


def _levels(linker: Linker) -> pd.DataFrame:
    rows = []
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        named = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        for number, level in zip(reversed(range(len(named))), named, strict=True):
            rows.append(
                {
                    "field": comparison["output_column_name"],
                    "number": number,
                    "level": level["label_for_charts"],
                    "m": level.get("m_probability"),
                    "u": level.get("u_probability"),
                }
            )
    return pd.DataFrame(rows)


def _comparisons(table: pd.DataFrame, prior: float) -> list[CustomComparison]:
    """Comparisons of the fields that any record has."""

    def seldom(level: CustomLevel, matches: float) -> CustomLevel:
        return level.configure(u_probability=matches * prior, fix_u_probability=True)

    def same(field: str, rare_says_more: bool = False) -> CustomLevel:
        level = ExactMatchLevel(field, term_frequency_adjustments=rare_says_more)
        return level.configure(label_for_charts="same")

    def compare(field: str, *levels: CustomLevel, blank: CustomLevel | None = None) -> CustomComparison:
        named = [blank or NullLevel(field), *levels, ElseLevel().configure(label_for_charts="different")]
        return CustomComparison(output_column_name=field, comparison_levels=named)

    comparisons = {
        "first": compare(
            "first",
            same("first", rare_says_more=True),
            CustomLevel(SHORT_FORM, "short form"),
            CustomLevel(_if(_begin_alike("first"), _one_slip("first")), "one slip"),
        ),
        "surnames": compare(
            "surnames",
            same("surnames", rare_says_more=True),
            CustomLevel(NAMES_LEFT_OUT, "names left out"),
            CustomLevel(_if(_begin_alike("last"), _one_slip("last")), "one slip"),
            CustomLevel('list_has_any("words_l", "words_r")', "one in common"),
        ),
        "suffix": compare(
            "suffix", same("suffix"), blank=CustomLevel(NO_SUFFIX).configure(is_null_level=True)
        ),
        "birth_date": compare(
            "birth_date",
            same("birth_date"),
            CustomLevel('"birth_date_l" = "swapped_date_r"', "day and month swapped"),
            CustomLevel(_if(_one_end_alike("birth_date"), _one_slip("birth_date")), "one slip"),
            CustomLevel(YEAR_ONLY, "1 January of the year"),
        ),
        "cpf": compare("cpf", seldom(same("cpf"), LENT)),
        "phone": compare(
            "phone",
            seldom(same("phone"), LENT),
            seldom(CustomLevel(_if(_one_end_alike("phone"), _one_slip("phone")), "one slip"), LENT),
        ),
        "email": compare(
            "email",
            seldom(same("email"), LENT),
            seldom(
                CustomLevel(
                    _if(f"{SAME_DOMAIN} AND {_one_end_alike('mailbox')}", _one_slip("email")), "one slip"
                ),
                LENT,
            ),
        ),
        "address": compare(
            "address",
            seldom(CustomLevel('"address_l" = "address_r" OR "cep_l" = "cep_r"', "same"), LIVED_IN),
            CustomLevel('"city_l" = "city_r"', "same city").configure(tf_adjustment_column="city"),
            blank=CustomLevel(NO_ADDRESS).configure(is_null_level=True),
        ),
    }
    asked = {"address": ["address", "cep", "city"]}
    return [c for field, c in comparisons.items() if table[asked.get(field, [field])].notna().any(axis=None)]


def _if(cheap: str, dear: str) -> str:
    """Ask the dear question only where the cheap one is answered with yes."""
    return f"CASE WHEN {cheap} THEN {dear} ELSE false END"


def _begin_alike(field: str) -> str:
    return f'left("{field}_l", 1) = left("{field}_r", 1)'


def _one_slip(field: str) -> str:
    """One letter or digit wrong, lost, added or swapped, in a text of four and more."""
    left, right = f'"{field}_l"', f'"{field}_r"'
    comparable = f"abs(length({left}) - length({right})) <= 1 AND least(length({left}), length({right})) >= 4"
    return _if(comparable, f"damerau_levenshtein({left}, {right}) <= 1")


def _one_end_alike(field: str) -> str:
    """Whether one slip is possible at all; cheap, and for long texts only.

    A slip reaches two neighbours at most. So either the last four letters stay as they are, or all before the last five.
    """
    left, right = f'"{field}_l"', f'"{field}_r"'
    start = f"greatest(least(length({left}), length({right})) - 5, 0)"
    return f"(right({left}, 4) = right({right}, 4) OR left({left}, {start}) = left({right}, {start}))"


SAME_DOMAIN = '"domain_l" = "domain_r"'
SHORT_FORM = 'starts_with("call_name_l", "call_name_r") OR starts_with("call_name_r", "call_name_l")'  # Ana, and Ana's A.
NAMES_LEFT_OUT = 'list_has_all("words_l", "words_r") OR list_has_all("words_r", "words_l")'
YEAR_ONLY = (
    """left("birth_date_l", 4) = left("birth_date_r", 4)"""
    """ AND (right("birth_date_l", 5) = '01-01' OR right("birth_date_r", 5) = '01-01')"""
)
NO_SUFFIX = '"suffix_l" IS NULL AND "suffix_r" IS NULL'
NO_ADDRESS = " AND ".join(
    f'("{field}_l" IS NULL OR "{field}_r" IS NULL)' for field in ("address", "cep", "city")
)


def _texts(column: pd.Series) -> pd.Series:
    column = column.reset_index(drop=True).astype(object)
    return column.where(column.notna(), None)
