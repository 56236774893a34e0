"""From the text of an XForm to a Questionnaire.

What is read is what pyxform writes: a model with instances, binds and itext, and a body of groups,
repeats and controls (https://getodk.github.io/xforms-spec/). Controls, bind
attributes and actions that pyxform does not write are passed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from lxml import etree

from survey.forms.answers.kind_definition import QuestionKind
from survey.forms.answers.question_kinds import QUESTION_KINDS
from survey.forms.expressions.expression import Expression
from survey.forms.expressions.references import find_source_list
from survey.forms.expressions.xml_document import XFORMS, build_xml_parser
from survey.forms.model.itext import Itext, parse_text_id, read_text_parts
from survey.forms.model.questionnaire import (
    SUARA_NAMESPACE,
    Action,
    Bind,
    Choice,
    Group,
    Itemset,
    Question,
    Questionnaire,
    Text,
)

XHTML = "{http://www.w3.org/1999/xhtml}"
JAVAROSA = "{http://openrosa.org/javarosa}"
ODK = "{http://www.opendatakit.org/xforms}"
OWN = f"{{{SUARA_NAMESPACE}}}"
#: What begins the name of the attribute that holds a title in another language.
TITLE_PREFIX = "title_"
EVENT_NAMES = {
    "odk-instance-first-load": "begun",
    "odk-new-repeat": "added",
    "xforms-value-changed": "changed",
}
#: The namespace of a control by the prefix that its kind names it with.
CONTROL_NAMESPACES = {"": XFORMS, "odk": ODK}


def list_control_tags() -> Iterator[tuple[str, QuestionKind]]:
    """Each kind with the tag of its control."""
    for kind in QUESTION_KINDS.values():
        prefix, _, name = kind.control.rpartition(":")
        yield f"{CONTROL_NAMESPACES[prefix]}{name}", kind


INPUT_TAG, UPLOAD_TAG = f"{XFORMS}input", f"{XFORMS}upload"
CONTROL_KINDS = {t: kind for t, kind in list_control_tags() if t not in (INPUT_TAG, UPLOAD_TAG)}
INPUT_KINDS = {
    kind.datatype: kind for t, kind in list_control_tags() if t == INPUT_TAG and kind.datatype
}
UPLOAD_KINDS = {kind.mediatype: kind for t, kind in list_control_tags() if t == UPLOAD_TAG}


def read_xform(text: str) -> Questionnaire:
    """The questionnaire in an XForm.

    Raises ExpressionError where an expression cannot be read, XMLSyntaxError (lxml) for what is no
    XML, and ValueError for XML without a model or a body.
    """
    return XformReader(text).build_questionnaire()


class XformReader:
    """Reads one XForm from the top to the bottom, once. Raises what ``read_xform`` does."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Given as bytes, since lxml refuses a str that declares an encoding.
        root = etree.fromstring(text.encode(), build_xml_parser())
        model = root.find(f"{XHTML}head/{XFORMS}model")
        body = root.find(f"{XHTML}body")
        if model is None or body is None:
            raise ValueError("This is not an XForm: it has no model or no body.")
        self.root, self.model, self.xbody = root, model, body
        self.itext = Itext(model)
        self.lists = self.read_lists()
        self.binds = {bind.path: bind for bind in self.read_binds()}
        self.asked = 0

    def build_questionnaire(self) -> Questionnaire:
        """All that was read, put together."""
        data = next(iter(self.model.iterfind(f"{XFORMS}instance/*")))
        titles = self.root.find(f"{XHTML}head/{XHTML}title")
        form_id = data.get("id") or "data"
        return Questionnaire(
            id=form_id,
            version=data.get("version") or "",
            title=(titles.text if titles is not None else None) or form_id,
            languages=self.itext.languages,
            body=Group(f"/{etree.QName(data).localname}", Text(), self.read_children(self.xbody)),
            binds=self.binds,
            texts=self.itext.build_texts(),
            xform=self.text,
            digest=hashlib.sha256(self.text.encode()).hexdigest(),
            actions=tuple(self.read_actions()),
            titles={
                name.removeprefix(TITLE_PREFIX): title
                for name, title in read_suara_attributes(data).items()
                if name.startswith(TITLE_PREFIX)
            },
        )

    def read_actions(self) -> Iterator[Action]:
        """Dynamic defaults and triggers."""
        for element in self.root.iter(f"{XFORMS}setvalue"):
            parent = element.getparent()
            # In the model an action belongs to the form, inside a repeat or a control to that.
            around = None if parent is None or parent is self.model else parent
            source = "" if around is None else around.get("nodeset", around.get("ref", ""))
            value = element.get("value")
            for event in element.get("event", "").split():
                if event in EVENT_NAMES:
                    # In XForms the attribute is an expression, the text of the element the value
                    # itself.
                    made = Expression(value) if value else element.text or ""
                    yield Action(EVENT_NAMES[event], element.get("ref", ""), made, source)

    def read_lists(self) -> dict[str, list[dict[str, str]]]:
        """Instance id -> its items, each a name -> text."""
        return {
            instance.get("id", ""): [
                {etree.QName(cell).localname: cell.text or "" for cell in item}
                for item in instance.iterfind(f"{XFORMS}root/{XFORMS}item")
            ]
            for instance in self.model.iterfind(f"{XFORMS}instance[@id]")
        }

    def read_binds(self) -> Iterator[Bind]:
        """What the model says of each node: https://getodk.github.io/xforms-spec/#bindings."""
        for element in self.model.iterfind(f"{XFORMS}bind"):
            logic = {
                name: Expression(source)
                for name in ("relevant", "required", "constraint", "readonly", "calculate")
                if (source := element.get(name))
            }
            yield Bind(
                path=element.get("nodeset", ""),
                datatype=element.get("type", "string").removeprefix("xsd:"),
                constraint_message=self.read_message(element.get(f"{JAVAROSA}constraintMsg")),
                required_message=self.read_message(element.get(f"{JAVAROSA}requiredMsg")),
                attributes=read_suara_attributes(element),
                preload=" ".join(
                    element.get(f"{JAVAROSA}{name}", "") for name in ("preload", "preloadParams")
                ).strip(),
                **logic,
            )

    def read_message(self, source: str | None) -> Text:
        """A text given in an attribute: a key into the translations, or the words themselves."""
        if not source:
            return Text()
        if key := parse_text_id(source):
            return self.itext.get_text(key)
        return self.itext.build_untranslated(source)

    def read_text_id(self, element: etree._Element, tag: str) -> str:
        """The text id of an element's label or hint; ``''`` where the words stand there."""
        found = element.find(f"{XFORMS}{tag}")
        return "" if found is None else parse_text_id(found.get("ref", ""))

    def read_label(self, element: etree._Element, tag: str = "label") -> Text:
        """What is written on an element of the body."""
        found = element.find(f"{XFORMS}{tag}")
        if found is None:
            return Text()
        if key := found.get("ref"):
            return self.read_message(key)
        return self.itext.build_untranslated(*read_text_parts(found))

    def read_children(self, parent: etree._Element) -> tuple[Group | Question, ...]:
        """Groups and questions below an element of the body."""
        found: list[Group | Question] = []
        for element in parent:
            if element.tag == f"{XFORMS}group":
                found.append(self.read_group(element))
            elif element.tag == f"{XFORMS}repeat":
                found.append(self.read_repeat(element, Text()))
            elif kind := self.find_kind(element):
                found.append(self.read_question(element, kind))
        return tuple(found)

    def read_group(self, element: etree._Element) -> Group:
        """A group; with a repeat and nothing else in it, the repeat under the group's label."""
        repeat = element.find(f"{XFORMS}repeat")
        # pyxform puts a group with the same path around each repeat, to carry the label.
        if repeat is not None and repeat.get("nodeset") == element.get("ref"):
            return self.read_repeat(repeat, self.read_label(element))
        return Group(
            path=element.get("ref", ""),
            label=self.read_label(element),
            children=self.read_children(element),
            appearance=read_appearance(element),
            suara_attributes=read_suara_attributes(element),
        )

    def read_repeat(self, element: etree._Element, label: Text) -> Group:
        """A repeat; ``label`` is that of the group around it."""
        count = element.get(f"{JAVAROSA}count")
        path = element.get("nodeset", "")
        return Group(
            path=path,
            label=adapt_repeat_label(label, path),
            children=self.read_children(element),
            appearance=read_appearance(element),
            suara_attributes=read_suara_attributes(element),
            repeat=True,
            count=Expression(count) if count else None,
        )

    def find_kind(self, element: etree._Element) -> QuestionKind | None:
        """The kind of question that a control asks; None for what is no control."""
        bind = self.binds.get(element.get("ref", ""))
        if element.tag == UPLOAD_TAG:
            return UPLOAD_KINDS.get(element.get("mediatype", ""), UPLOAD_KINDS[""])
        if element.tag != INPUT_TAG:
            return CONTROL_KINDS.get(str(element.tag))
        # XForms has no notes: pyxform writes an input that is always read-only. Where a condition
        # decides, it is a question that is shown like a note while that is true.
        if bind and bind.readonly and bind.readonly.source == "true()":
            return QUESTION_KINDS["note"]
        return INPUT_KINDS.get(bind.datatype if bind else "string", QUESTION_KINDS["text"])

    def read_question(self, element: etree._Element, kind: QuestionKind) -> Question:
        """A question of that kind; it takes the next index."""
        path = element.get("ref", "")
        self.asked += 1
        return Question(
            index=self.asked,
            path=path,
            kind=kind,
            label=self.read_label(element),
            hint=self.read_label(element, "hint"),
            bind=self.binds.get(path, Bind(path)),
            itemset=self.read_itemset(element),
            appearance=read_appearance(element),
            suara_attributes=read_suara_attributes(element)
            | {k: v for k in ("start", "end", "step") if (v := element.get(k))},
            guidance=self.itext.get_guidance(self.read_text_id(element, "hint")),
            media=self.itext.get_media(self.read_text_id(element, "label")),
        )

    def read_itemset(self, element: etree._Element) -> Itemset | None:
        """Where a select's choices come from: a list, or the control itself; None without any."""
        found = element.find(f"{XFORMS}itemset")
        if found is None:
            return self.read_inline_choices(element)
        value, label = found.find(f"{XFORMS}value"), found.find(f"{XFORMS}label")
        value_name = value.get("ref", "name") if value is not None else "name"
        label_name = label.get("ref", value_name) if label is not None else value_name
        translated = label_name.startswith("jr:itext(")
        label_name = label_name.removeprefix("jr:itext(").removesuffix(")").strip()
        nodeset = Expression(found.get("nodeset", ""))
        drawn = find_source_list(nodeset.tree)
        return Itemset(
            nodeset=nodeset,
            value=value_name,
            label=label_name,
            translated=translated,
            all_choices=tuple(
                Choice(
                    item.get(value_name, ""),
                    self.read_choice_label(item, label_name, translated),
                    self.itext.get_media(item.get(label_name, "") if translated else ""),
                )
                for item in self.lists.get(drawn, [])
            ),
            list=drawn if drawn in self.lists else "",
        )

    def read_inline_choices(self, element: etree._Element) -> Itemset | None:
        """The choices that stand on a control itself."""
        choices = tuple(
            Choice(
                item.findtext(f"{XFORMS}value") or "",
                self.read_label(item),
                self.itext.get_media(self.read_text_id(item, "label")),
            )
            for item in element.iterfind(f"{XFORMS}item")
        )
        return Itemset(None, "", "", translated=False, all_choices=choices) if choices else None

    def read_choice_label(self, item: dict[str, str], name: str, translated: bool) -> Text:
        """A choice's label; a list file may carry one column a language (``label_en``)."""
        if translated:
            return self.itext.get_text(item.get(name, ""))
        return Text(
            {
                language: (
                    item.get(f"{name}_{parse_language_code(language)}") or item.get(name, ""),
                )
                for language in self.itext.languages
            }
        )


def parse_language_code(language: str) -> str:
    """``id`` for ``Indonesia (id)``."""
    return language.rpartition("(")[2].rstrip(")")


def read_appearance(element: etree._Element) -> frozenset[str]:
    """The words of the appearance attribute."""
    return frozenset(element.get("appearance", "").split())


def read_suara_attributes(element: etree._Element) -> dict[str, str]:
    """Suara's own attributes without their prefix."""
    return {
        str(key).removeprefix(OWN): str(value)
        for key, value in element.attrib.items()
        if str(key).startswith(OWN)
    }


def adapt_repeat_label(label: Text, path: str) -> Text:
    """A repeat's label for one of its instances: pyxform's paths lead out of it and in again."""
    name = path.rpartition("/")[2]
    # As they are, those paths would name the first instance in the label of every one.
    again = re.compile(rf"(?<![\w./]){re.escape(path)}/|(?<![\w./])\.\./{re.escape(name)}/")
    return Text(
        {
            language: tuple(
                part if isinstance(part, str) else Expression(again.sub("./", part.source))
                for part in written
            )
            for language, written in label.parts.items()
        }
    )
