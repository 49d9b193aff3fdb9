-- Calls that no plan can lift say why.
ROW: SELECT id, transform(array(x, x + 1), y -> predict('price', y).prediction) FROM p ORDER BY id
ROW: SELECT p.id, q.id FROM p LEFT JOIN q ON p.id = q.id AND predict('news', p.x, q.s).confidence > 0.6 ORDER BY p.id
ROW: SELECT predict('price', rand(5)).prediction >= 0 FROM q
