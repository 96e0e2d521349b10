-- set_metric_epsg: the site's choice of the metric coordinate system
UPDATE city SET metric_epsg = %(epsg)s WHERE metric_epsg IS DISTINCT FROM %(epsg)s;
