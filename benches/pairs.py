#!/usr/bin/env python3
"""Makes topics and judgments out of complete records, to see that the ranking
is as good on them as on a judged collection that has titles and summaries only.

  trialdex export > studies.jsonl
  python3 benches/pairs.py studies.jsonl topics.tsv qrels.txt
  trialdex eval --topics topics.tsv --qrels qrels.txt

A topic is what one study calls its first condition and its first intervention.
Relevant are the other studies that share a MeSH term of the condition and one
of the intervention with it. These terms are a small part of what is searched,
so that the figures say which of two rankings is better, not how good it is.
"""

import collections
import json
import random
import sys

TOPICS = 300
SEED = 7
# Other studies with the same pair of terms: enough to be found, not so many
# that any ranking finds them.
FEWEST, MOST = 4, 80
LONGEST = 50


def terms(study, module):
    meshes = study.get("derivedSection", {}).get(module, {}).get("meshes", [])
    return [mesh["term"] for mesh in meshes if mesh.get("term")]


def read(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            study = json.loads(line)
            protocol = study.get("protocolSection", {})
            arms = protocol.get("armsInterventionsModule", {}).get("interventions", [])
            yield {
                "id": protocol["identificationModule"]["nctId"],
                "conditions": protocol.get("conditionsModule", {}).get("conditions", []),
                "interventions": [arm.get("name", "") for arm in arms],
                "pairs": [
                    (condition, intervention)
                    for condition in terms(study, "conditionBrowseModule")
                    for intervention in terms(study, "interventionBrowseModule")
                ],
                "complete": "descriptionModule" in protocol and "eligibilityModule" in protocol,
            }


def main():
    source, topics_path, qrels_path = sys.argv[1:4]
    studies = list(read(source))
    sharing = collections.defaultdict(set)
    for study in studies:
        for pair in study["pairs"]:
            sharing[pair].add(study["id"])
    random.Random(SEED).shuffle(studies)
    known, made = set(), 0
    with open(topics_path, "w", encoding="utf-8") as topics, open(qrels_path, "w", encoding="utf-8") as qrels:
        for study in studies:
            named = study["complete"] and study["pairs"] and study["conditions"] and study["interventions"]
            if not named or study["pairs"][0] in known or made == TOPICS:
                continue
            condition, intervention = study["conditions"][0], study["interventions"][0]
            if "placebo" in intervention.lower() or max(len(condition), len(intervention)) > LONGEST:
                continue
            relevant = set().union(*(sharing[pair] for pair in study["pairs"])) - {study["id"]}
            if not FEWEST <= len(relevant) <= MOST:
                continue
            known.add(study["pairs"][0])
            made += 1
            words = " ".join(f"{condition} {intervention}".lower().split())
            topics.write(f"{study['id']}\t{words}\n")
            qrels.writelines(f"{study['id']} 0 {other} 1\n" for other in sorted(relevant))
    print(f"{made} topics", file=sys.stderr)


if __name__ == "__main__":
    main()
