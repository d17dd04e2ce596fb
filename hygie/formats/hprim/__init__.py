"""HPRIM, two formats under one name: Médecins 3.0 (a letter and its results) and Santé 2.x (like ASTM). Pure."""
