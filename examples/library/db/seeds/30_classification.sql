-- The scheme arrives as a tab-separated file. It goes through a temporary table: COPY knows no ON CONFLICT.
-- Children may stand before their parents, because the reference between them is checked at commit.

CREATE TEMPORARY TABLE incoming_classification (LIKE catalogue.classification);

COPY incoming_classification (class_code, parent_code, caption, scope_note) FROM stdin;
000	\N	General works	\N
020	000	Libraries; archives	Also: "How to use a library" -- the one in the foyer
500	\N	Science	\N
520	500	Astronomy	\N
598	590	Birds	Eggs and nests too;\nbut poultry: see 636
590	500	Animals	\N
600	\N	Technology	\N
640	600	Home /* cooking, sewing */	\N
641	640	Cooking	It's the most borrowed class of all
800	\N	Literature	\N
823	800	Fiction in English	\N
843	800	Fiction in French	\N
891	800	Fiction in other languages	$$ not a quote in COPY data $$
900	\N	History and travel	\N
914	900	Travel in Europe	\N
\.

INSERT INTO catalogue.classification (class_code, parent_code, caption, scope_note)
SELECT class_code, parent_code, caption, scope_note
FROM incoming_classification
ON CONFLICT (class_code) DO UPDATE
    SET parent_code = excluded.parent_code,
        caption = excluded.caption,
        scope_note = excluded.scope_note;

DROP TABLE incoming_classification;
