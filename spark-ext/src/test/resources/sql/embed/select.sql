-- In the select list.
SELECT id, ai_embed('mini', s) AS e FROM p ORDER BY id
SELECT ai_embed('mini', s) FROM p
SELECT ai_embed('mini@3', s)[0] AS x, ai_embed('mini@champion', s)[4] AS y FROM p
SELECT id, size(ai_embed('mini', m)) AS n, ai_embed('mini', m)[1] AS x FROM p ORDER BY id
SELECT id, ai_embed('mini', s, 'error') AS e, ai_embed('mini', s, 'truncate') AS f FROM p ORDER BY id
SELECT id, ai_embed('mini', m, on_overflow => 'error') AS e FROM p ORDER BY id
SELECT id, ai_embed(text => s, model => 'mini') AS e FROM p ORDER BY id
SELECT ai_embed('mini', 'constant')[0], ai_embed('mini', NULL), ai_embed('mini', '') FROM q
SELECT ai_embed('mini', 'one')
SELECT id, transform(ai_embed('mini', s), v -> v * 2) AS twice FROM p ORDER BY id
SELECT id, predict('digits', slice(ai_embed('mini', s), 1, 3)).prediction AS d FROM p ORDER BY id
SELECT id, ai_embed('mini', predict('news', x, s).prediction)[0] AS e, predict('truth', s).prediction FROM p ORDER BY id
SELECT coalesce(ai_embed('mini', s), array(0F)) FROM p
SELECT CASE WHEN x > 1 THEN ai_embed('mini', s) END FROM p
SELECT id, ai_embed('mini', upper(s))[0] AS a, ai_embed('mini', concat(s, m))[0] AS b FROM p ORDER BY id
SELECT ai_embed('mini', s) FROM nothing
SELECT id, ai_embed('mini', s) FROM few ORDER BY id
SELECT id, ai_embed('mini', s) FROM odd ORDER BY id
SELECT id, e, explode(ai_embed('mini', s)) AS x FROM q LATERAL VIEW explode(v) t AS e ORDER BY id, e, x
SELECT id, pos, col FROM q LATERAL VIEW posexplode(ai_embed('mini', s)) t AS pos, col ORDER BY id, pos
-- Similarity of two texts.
SELECT id, ai_similarity(s, m) AS sim FROM p ORDER BY id
SELECT id, ai_similarity(s, 'text 3', 'mini') AS sim FROM p ORDER BY id
SELECT id, ai_similarity(s, s) AS one, ai_similarity(s, NULL) AS none FROM p ORDER BY id
SELECT id, vector_cosine_similarity(ai_embed('mini', s), ai_embed('mini', 'text 3')) AS sim FROM p ORDER BY sim, id LIMIT 9
SELECT id, vector_l2_distance(ai_embed('mini', s), ai_embed('mini', m)) AS d FROM p ORDER BY id
