# SPDX-License-Identifier: Apache-2.0
"""The part of SHACL Core (W3C Recommendation of 2017) that the shapes of DCAT-AP use, over an rdflib graph.

    for fault in shacl.faults(data, shapes): ...

Knows targetClass; property with path (a predicate, or the inverse of one), minCount, maxCount, class, datatype, nodeKind, node, or;
and, of a node shape, node, or, datatype, nodeKind. A constraint that it does not know is an error, not a pass."""
from rdflib import RDF, RDFS, XSD, BNode, Literal, Namespace, URIRef
from rdflib.collection import Collection

SH = Namespace("http://www.w3.org/ns/shacl#")
KINDS = {SH.IRI: (URIRef,), SH.BlankNodeOrIRI: (URIRef, BNode), SH.Literal: (Literal,), SH.BlankNode: (BNode,)}
SAID = {SH.path, SH.severity, SH.message, SH.name, SH.targetClass, SH.property, SH.shape, RDF.type, RDFS.label, RDFS.comment, RDFS.seeAlso}


class Shapes:
    def __init__(self, data, shapes, severity=SH.Violation):
        self.data, self.shapes, self.severity = data, shapes, severity

    def values(self, node, path):
        inverse = self.shapes.value(path, SH.inversePath)
        return list(self.data.subjects(inverse, node) if inverse is not None else self.data.objects(node, path))

    def wrong(self, value, constraint, what):
        """Why one value does not fit one constraint; None: it does."""
        if constraint == SH["class"]:
            return None if (value, RDF.type, what) in self.data else f"is no {what}"
        if constraint == SH.datatype:
            return None if isinstance(value, Literal) and value.datatype == what and (value.value is not None or not what.startswith(str(XSD))) else f"is no {what}"
        if constraint == SH.nodeKind:
            return None if isinstance(value, KINDS[what]) else f"is no {what}"
        if constraint == SH.node:
            return None if not self.of_shape(value, what) else f"does not fit {what}"
        if constraint == SH["or"]:
            return None if any(not self.of_shape(value, s) for s in Collection(self.shapes, what)) else "fits no alternative"
        raise NotImplementedError(str(constraint))

    def of_property(self, node, shape):
        path = self.shapes.value(shape, SH.path)
        values = self.values(node, path)
        for constraint, what in self.shapes.predicate_objects(shape):
            if constraint in SAID:
                continue
            if constraint == SH.minCount:
                if len(values) < int(what):
                    yield f"{node} {path}: {len(values)}, needs {what}"
            elif constraint == SH.maxCount:
                if len(values) > int(what):
                    yield f"{node} {path}: {len(values)}, at most {what}"
            else:
                for value in values:
                    why = self.wrong(value, constraint, what)
                    if why:
                        yield f"{node} {path}: {value!r} {why}"

    def of_shape(self, node, shape):
        found = []
        if (shape, SH.path, None) in self.shapes:
            return list(self.of_property(node, shape))
        for p in self.shapes.objects(shape, SH.property):
            if self.shapes.value(p, SH.severity) in (None, self.severity):
                found += self.of_property(node, p)
        for constraint, what in self.shapes.predicate_objects(shape):
            if constraint not in SAID:
                why = self.wrong(node, constraint, what)
                found += [f"{node} {why}"] if why else []
        return found


def faults(data, shapes):
    checker, found = Shapes(data, shapes), []
    for shape, of in shapes.subject_objects(SH.targetClass):
        for node in set(data.subjects(RDF.type, of)):
            found += checker.of_shape(node, shape)
    return sorted(set(found))
