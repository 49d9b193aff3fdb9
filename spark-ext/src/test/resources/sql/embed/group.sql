SELECT ai_embed('mini', s) AS e, count(*) AS n FROM p GROUP BY e ORDER BY n, e[0]
SELECT DISTINCT ai_embed('mini', s) FROM p
SELECT k, avg(ai_similarity(s, 'text 1')) AS sim, count(ai_embed('mini', s)) AS n FROM p GROUP BY k ORDER BY k
SELECT k, ai_embed('mini', max(s)) AS e FROM p GROUP BY k ORDER BY k
SELECT s, ai_similarity(s, 'text 1') AS sim, count(*) FROM p GROUP BY s HAVING sim > 0.8 ORDER BY s
SELECT k, max(ai_similarity(s, m)) FILTER (WHERE ai_embed('mini', s)[0] > 0.2) FROM p GROUP BY k ORDER BY k
SELECT id, rank() OVER (PARTITION BY k ORDER BY ai_similarity(s, 'text 1') DESC, id) AS n FROM p ORDER BY id
SELECT id FROM p ORDER BY ai_similarity(s, 'text 1') DESC NULLS LAST, id LIMIT 7
SELECT id, ai_embed('mini', s) FROM p ORDER BY id LIMIT 5 OFFSET 3
SELECT k, ai_embed('mini', s)[0] AS e, count(*) FROM p GROUP BY GROUPING SETS ((k), (ai_embed('mini', s)[0])) ORDER BY k, e
SELECT ai_embed('mini', s) FROM p UNION ALL SELECT ai_embed('mini', m) FROM q
SELECT ai_embed('mini', s) FROM p EXCEPT SELECT ai_embed('mini', s) FROM q WHERE id < 2
