-- Texts in the select list and in conditions.
SELECT id, ai_gen('writer', s) AS t FROM p ORDER BY id
SELECT id, ai_gen('writer', 'Say: ' || m, map('max_tokens', '40', 'temperature', '0.5')) AS t FROM p ORDER BY id
SELECT id, ai_gen('writer', s, map('max_tokens', 5, 'top_k', 2)) AS t, ai_gen('writer', s, map('max_tokens', '6')) AS u FROM p ORDER BY id
SELECT id, ai_gen(prompt => s, model => 'writer@champion', options => map('stop', '["a", "b"]', 'seed', '7')) AS t FROM p ORDER BY id
SELECT id, ai_gen('writer', s) AS t FROM p WHERE t IS NULL OR t LIKE 'é1%' ORDER BY id
SELECT id FROM p WHERE length(ai_gen('writer', m)) > 3 ORDER BY id
SELECT ai_gen('writer', 'constant'), ai_gen('writer', NULL), ai_gen('writer', '') FROM q
SELECT id, upper(ai_gen('writer', lower(s))) FROM p ORDER BY id
SELECT id, predict('truth', ai_gen('writer', s)).prediction AS b FROM p ORDER BY id
SELECT id, ai_similarity(ai_gen('writer', s), s, 'mini') AS sim FROM p ORDER BY id
SELECT ai_gen('writer', s) AS t, count(*) AS n FROM p GROUP BY t ORDER BY n, t
SELECT p.id, q.id FROM p JOIN q ON p.id = q.id AND ai_gen('writer', p.s) = ai_gen('writer', q.s) ORDER BY p.id
SELECT id, ai_gen('writer', s) FROM odd ORDER BY id
SELECT ai_gen('writer', s) FROM nothing
CREATE OR REPLACE TABLE told USING delta AS SELECT id, ai_gen('writer', s, map('max_tokens', '9')) AS t FROM p WHERE id < 50; SELECT * FROM told ORDER BY id; DROP TABLE told
ROW: SELECT id, transform(array(s, m), t -> ai_gen('writer', t, map('seed', '3'))) FROM p ORDER BY id
