-- Calls that no plan can lift say why.
ROW: SELECT id, transform(array(s, m), t -> ai_embed('mini', t)) FROM p ORDER BY id
ROW: SELECT p.id, q.id FROM p LEFT JOIN q ON p.id = q.id AND ai_embed('mini', concat(p.s, q.m))[0] > 0.5 ORDER BY p.id
ROW: SELECT size(ai_embed('mini', concat('r', rand(5)))) FROM q
