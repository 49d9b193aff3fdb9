SELECT id, rank() OVER (PARTITION BY k ORDER BY predict('news', x, s).confidence DESC, id) AS n FROM p ORDER BY id
SELECT id, lag(predict('news', x, s).prediction) OVER (ORDER BY id) AS before, predict('news', x, s).prediction FROM p ORDER BY id
SELECT id, predict('price', sum(x) OVER (PARTITION BY k ORDER BY id ROWS 2 PRECEDING)).prediction FROM p ORDER BY id
SELECT * FROM (SELECT id, k, row_number() OVER (PARTITION BY k ORDER BY predict('price', x).prediction DESC, id) AS n FROM p) WHERE n <= 3 ORDER BY k, n
SELECT id, count(*) OVER w, max(predict('price', x).prediction) OVER w FROM p WINDOW w AS (PARTITION BY predict('news', x, s).prediction) ORDER BY id
