"""What the shipped questionnaires call the questions by which places are told apart.

They are the names of variables in the data files (docs/data.md), in whatever language people were
asked. They stand here a second time since a verification takes nothing of the reports.
"""

CITY = "kota"
DISTRICT = "kecamatan"
#: The code of the item that a round of a repeat is about.
ITEM_CODE = "kode"
