"""The survey barometer: a questionnaire as data, weights, tables, findings. Pure: no Django, no clock, no network.

    questionnaire -> answers (a fieldwork file, checked) -> weighting (raking to margins) -> cells -> tables -> report

Methods and their sources are named where they are computed, and printed in every report (`method`).
"""
