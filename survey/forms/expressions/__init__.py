"""The language of XLSForm's conditions and calculations: XPath as OpenRosa has it."""
