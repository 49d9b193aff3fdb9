-- Missing, infinite and ragged values.
SELECT id, predict('news', x, s) FROM odd ORDER BY id
SELECT id, predict('digits', v) FROM odd ORDER BY id
SELECT id, predict('price', x).prediction, predict('price', x).error FROM odd ORDER BY id
SELECT id, predict('digits', v) AS r FROM odd WHERE r.error IS NOT NULL ORDER BY id
SELECT id, predict('digits', v) AS r FROM odd WHERE r.prediction >= 0 ORDER BY id
SELECT id, predict('digits', v) AS r FROM odd WHERE NOT (r.confidence > 0.5) OR r.confidence IS NULL ORDER BY id
SELECT predict('digits', v).error AS e, count(*) FROM odd GROUP BY e ORDER BY e
SELECT count(predict('price', x).prediction), count(*) FROM odd
