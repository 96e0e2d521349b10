-- city: What the city is called, whether it is the demo's, and the moment its figures are of.
SELECT name, demo, as_of FROM city;

-- loaded: Tell whether a city is there to be shown: a plan in force and its grids' figures.
SELECT
  EXISTS (SELECT FROM plan WHERE status = 'published' AND valid_to IS NULL)
  AND EXISTS (SELECT FROM grid_figure WHERE grid_code <> '') AS loaded;

-- applied: Names of the applied migrations.
SELECT * FROM applied_migrations();
