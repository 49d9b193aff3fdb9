SELECT id, CASE predict('news', x, s).prediction WHEN 'World' THEN 1 WHEN 'Sports' THEN 2 ELSE 0 END AS c FROM p ORDER BY id
SELECT id, CASE WHEN k = 1 THEN predict('truth', s).prediction WHEN k = 2 THEN predict('truth', m).prediction END AS c FROM p ORDER BY id
SELECT id, if(predict('truth', s).prediction, predict('news', x, s).prediction, predict('news', x, m).prediction) AS c FROM p ORDER BY id
SELECT id, coalesce(predict('digits', v).error, predict('digits', v).prediction, 'none') AS c FROM p ORDER BY id
SELECT id, nullif(predict('truth', s).prediction, true) AS c, try_divide(1, predict('digits', v).prediction) AS d FROM p ORDER BY id
SELECT sum(CASE WHEN predict('truth', s).prediction THEN 1 ELSE 0 END) FROM p
